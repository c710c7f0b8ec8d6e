using System.ComponentModel;
using Updraft.Dags;

namespace Updraft.Operators;

/// <summary>Waits until a partition of a table has landed: in blob storage, in a folder of the host, or in a database. What has landed stays, so it is remembered.</summary>
[Operator("partition")]
[Description("Waits until a partition of a table is there: Hive-style folders in Azure Storage or on the host, or by SQL.")]
public sealed class PartitionSensor : MultiSensorOperator<PartitionFields>
{
    /// <inheritdoc/>
    public override int MaxTogether => 500;

    /// <inheritdoc/>
    public override SensorMemory Memory => SensorMemory.Lasting;

    /// <inheritdoc/>
    public override Orchestration.WaitPolicy? PolicyOf(PartitionFields fields) => fields.Policy;

    /// <inheritdoc/>
    public override string BackendOf(PartitionFields fields) => fields.Connection is { } connection ? $"{connection}/{fields.Container}" : "";

    /// <inheritdoc/>
    public override async Task<IReadOnlyList<PokeAnswer>> PokeManyAsync(IReadOnlyList<SensorPoke<PartitionFields>> pokes, CancellationToken stop)
    {
        var answers = new PokeAnswer?[pokes.Count];
        var looks = new List<PartitionLook>();
        var name = pokes[0].Fields.Connection;
        var connection = name is null ? null : await pokes[0].Context.Connect(name, stop);
        var kind = connection?.Url?.Scheme switch
        {
            null when name is null => PartitionPlace.Host,
            "http" or "https" => PartitionPlace.Blobs,
            _ => PartitionPlace.Database,
        };
        foreach (var (index, poke) in pokes.Index())
        {
            try
            {
                looks.Add(PartitionLook.Of(index, poke.Fields, kind));
            }
            catch (UpdraftException e)
            {
                answers[index] = PokeAnswer.Failed(e);
            }
        }
        if (looks.Count > 0)
        {
            var found = kind switch
            {
                PartitionPlace.Host => HostPartitions.Look(looks),
                PartitionPlace.Blobs => await BlobPartitions.LookAsync(new AzureBlobs(connection!, name!), looks, stop),
                _ => await SqlPartitions.LookAsync(pokes[0].Context, name!, looks, stop),
            };
            foreach (var (index, answer) in found) answers[index] = answer;
        }
        return answers!;
    }
}

/// <summary>Where partitions lie.</summary>
internal enum PartitionPlace
{
    /// <summary>In folders of the host.</summary>
    Host,

    /// <summary>In a container of Azure Storage.</summary>
    Blobs,

    /// <summary>In a database.</summary>
    Database,
}

/// <summary>A partition that is looked for.</summary>
/// <param name="Index">Which of the conditions it is.</param>
/// <param name="Fields">Its fields.</param>
/// <param name="Name">Its name.</param>
internal sealed record PartitionLook(int Index, PartitionFields Fields, PartitionName Name)
{
    /// <summary>The folder of the table, with <c>/</c> at its end.</summary>
    public string TableFolder => (Fields.Path is { Length: > 0 } path ? path.TrimEnd('/') + "/" : "") + Fields.Table.Replace('.', '/').Trim('/') + "/";

    /// <summary>The answer to it.</summary>
    public (int, PokeAnswer) Is(bool there) => (Index, PokeAnswer.Of(there ? PokeResult.Met(new { Fields.Table, Partition = Name.Folder }) : PokeResult.NotYet()));

    /// <exception cref="UpdraftException"><see cref="OperatorErrors.Fields"/>.</exception>
    public static PartitionLook Of(int index, PartitionFields fields, PartitionPlace place)
    {
        var problem = (place, fields) switch
        {
            (_, { Table.Length: 0 }) => "table is empty",
            (PartitionPlace.Host, { Path: null }) => "a partition without a connection is a folder of the host: give the full path of the folder in which tables lie, or a connection",
            (PartitionPlace.Host, { Path: { } path }) when !Path.IsPathFullyQualified(path) => $"path is '{path}', and must be a full path",
            (PartitionPlace.Host, _) when fields.Table.Split('.', '/').Contains("..") || fields.Table.Contains("..", StringComparison.Ordinal) => $"'{fields.Table}' is no table",
            (PartitionPlace.Blobs, { Container: null }) => "container is missing: the connection leads to a storage account",
            (PartitionPlace.Database, { Container: not null } or { Path: not null } or { Marker: not null }) => "container, path and marker are of storage, and the connection leads to a database",
            (not PartitionPlace.Database, { Sql: not null }) => "sql is of a database, and the connection leads to none",
            _ => null,
        };
        return problem is null ? new PartitionLook(index, fields, PartitionName.Parse(fields.Partition)) : throw new UpdraftException(OperatorErrors.Fields, problem);
    }
}
