using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Updraft.Orchestration;

namespace Updraft.Api;

/// <summary>A published version of a DAG.</summary>
internal sealed record AirflowDagVersion(Guid Id, int VersionNumber, string DagId, string? BundleName, string? BundleVersion, DateTimeOffset CreatedAt, string DagDisplayName, string? BundleUrl)
{
    public static AirflowDagVersion Of(string dag, PublishedVersion version) =>
        new(AirflowId.Of("version", dag, version.Hash), version.Number, dag, null, version.Hash, version.PublishedAt, dag, null);
}

/// <summary>Some versions.</summary>
internal sealed record AirflowDagVersions(ImmutableArray<AirflowDagVersion> DagVersions, long TotalEntries);

/// <summary>Ids for what has none of Airflow's form here: made of its name, so that the same thing always has the same.</summary>
internal static class AirflowId
{
    public static Guid Of(params ReadOnlySpan<string> names)
    {
        var bytes = SHA256.HashData(Encoding.UTF8.GetBytes(DocumentPath.Of(names))).AsSpan(0, 16);
        // Version 8 of RFC 9562: made in a way of one's own.
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x80);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }
}
