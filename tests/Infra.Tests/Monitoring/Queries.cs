namespace Updraft.Infra.Tests.Monitoring;

/// <summary>The queries of <c>infra/monitor/queries</c>, by name: what alerts, workbook and documentation ask.</summary>
internal static class Queries
{
    public const string Folder = "infra/monitor/queries";

    public static IReadOnlyDictionary<string, Query> All { get; } = Repository.Files(Folder, "*.kql").ToDictionary(file => Path.GetFileNameWithoutExtension(file), file => new Query(Repository.Read(file)), StringComparer.Ordinal);

    public static IEnumerable<object[]> Names => All.Keys.Select(name => new object[] { name });
}
