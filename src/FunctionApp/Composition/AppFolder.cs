namespace Updraft.FunctionApp;

/// <summary>The app's folder on this machine, which may be lost at any time: unpacked packages, and scratch folders of attempts.</summary>
internal static class AppFolder
{
    /// <summary>Where it is. Apps that run beside each other, as the lanes do on a developer's machine, have one each.</summary>
    public static string Path(AppOptions options) => System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"updraft-{options.TaskHub}");
}
