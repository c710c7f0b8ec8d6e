using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Updraft.Dags;

namespace Updraft.Orchestration;

/// <summary>A version of a DAG before it is published: checked, and named by its content.</summary>
internal sealed record DagVersion(DagSpec Spec, ReadOnlyMemory<byte> Json, string SpecHash, JsonElement Manifests, string Hash)
{
    /// <summary>Checks a DAG against what the host offers.</summary>
    /// <exception cref="UpdraftException"><see cref="CatalogueErrors.OperatorMissing"/>, <see cref="CatalogueErrors.TooLong"/>, or what <see cref="DagValidator"/> found.</exception>
    public static DagVersion Of(DagSpec spec, string? package, IReadOnlyList<OperatorManifest> brought, IReadOnlyCollection<OperatorManifest> host, TimeSpan? longestAttempt = null)
    {
        var offered = host.ToDictionary(manifest => manifest.Name, StringComparer.Ordinal);
        // What a package brings is run from the package; the host's own come first, as they do when a task is run.
        if (package is not null)
            foreach (var manifest in brought) offered.TryAdd(manifest.Name, manifest);
        if (OperatorsOf(spec).FirstOrDefault(name => !offered.ContainsKey(name)) is { } lacking) throw CatalogueErrors.OperatorMissingOf(spec.Name, lacking, offered.Keys);
        if (spec.Tasks.FirstOrDefault(task => offered[task.Operator].Kind is OperatorKind.Run && task.Timeout > longestAttempt) is { } slow)
            throw CatalogueErrors.TooLongOf(spec.Name, slow.Id, slow.Timeout!.Value, longestAttempt!.Value);
        if (DagValidator.Validate(spec, offered.Values) is { IsEmpty: false } problems) throw Problems.ToException(problems);

        var json = Encoding.UTF8.GetBytes(DagJson.Serialize(spec));
        var specHash = Convert.ToHexStringLower(SHA256.HashData(json));
        var used = OperatorsOf(spec).Distinct().Order(StringComparer.Ordinal).Select(name => offered[name]).ToImmutableArray();
        var manifests = JsonSerializer.SerializeToElement(used, OrchestrationJson.Options);
        var content = $"{specHash}\n{package}\n{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(manifests.GetRawText())))}";
        return new(spec, json, specHash, manifests, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content))));
    }

    /// <summary>Names of the operators of its tasks and callbacks.</summary>
    private static IEnumerable<string> OperatorsOf(DagSpec spec) =>
        spec.Tasks.Select(task => task.Operator).Concat(spec.Tasks.Select(task => task.Callbacks).Prepend(spec.Callbacks).SelectMany(OperatorsOf));

    private static IEnumerable<string> OperatorsOf(Callbacks callbacks) =>
        Enum.GetValues<CallbackKind>().SelectMany(kind => callbacks.Of(kind)).Select(callback => callback.Operator);
}
