namespace Updraft.Dags;

/// <summary>What tasks and groups share of mapping.</summary>
internal static class Maps
{
    public static MapSpec Of(object over, string? key, int maxLength, int? maxActive) =>
        new() { Over = BuilderJson.Of(over), Key = key, MaxLength = maxLength, MaxActive = maxActive };

    public static MapSpec Of(TaskNode over, string? key, int maxLength, int? maxActive) =>
        Of(over.IsMapped ? over.Outputs : over.Output, key, maxLength, maxActive);
}
