using System.Diagnostics;

namespace Updraft.FunctionApp.Tests;

public sealed class PublishTests
{
    [Fact]
    public async Task Publish_WithoutTheRealPackages_IsRefusedWithTheReason()
    {
        var project = Repository.PathOf("src", "FunctionApp", "FunctionApp.csproj");
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in new[] { "msbuild", project, "-t:RefusePublishWithoutAzurePackages", "-nologo" }) start.ArgumentList.Add(argument);
        start.Environment["AzurePackages"] = "";
        using var build = Process.Start(start)!;
        var output = build.StandardOutput.ReadToEndAsync();
        _ = build.StandardError.ReadToEndAsync();
        await build.WaitForExitAsync();

        Assert.NotEqual(0, build.ExitCode);
        Assert.Contains("UPD7001", await output);
        Assert.Contains("AzurePackages=true", await output);
    }
}
