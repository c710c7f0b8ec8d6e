using System.Collections.Frozen;

namespace Updraft.Cli;

/// <summary>All that the owner of a data folder can be asked.</summary>
internal static class Operations
{
    private static readonly FrozenDictionary<string, Operation> All = new[] { RunOperations.All, DagOperations.All, BackfillOperations.All, DatasetOperations.All, PoolOperations.All, MessageOperations.All, ApprovalOperations.All, VariableOperations.All, ConnectionOperations.All, HostOperations.All }
        .SelectMany(operations => operations)
        .ToFrozenDictionary(operation => operation.Name, StringComparer.Ordinal);

    /// <summary>An operation by name; null when there is none.</summary>
    public static Operation? Find(string name) => All.GetValueOrDefault(name);
}
