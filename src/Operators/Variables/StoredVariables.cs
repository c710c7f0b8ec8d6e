using System.Text;
using System.Text.Json;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Operators;

/// <summary>Variables that were set by hand, kept where all workers see them. Thread-safe; the last that was set holds.</summary>
public sealed class StoredVariables(IStateStore store, TimeProvider clock) : IVariableSource
{
    private const string All = "variables/";

    /// <inheritdoc/>
    public string Name => "stored";

    /// <inheritdoc/>
    public async Task<JsonElement?> GetAsync(string name, CancellationToken cancellation = default) => (await FindAsync(name, cancellation))?.Value;

    /// <inheritdoc/>
    public async Task<IReadOnlyCollection<string>> NamesAsync(CancellationToken cancellation = default) =>
        await store.ListAsync(All, null, cancellation).Select(listed => DocumentPath.LastName(listed.Path)).ToListAsync(cancellation);

    /// <summary>A variable with who set it; null when it was not set.</summary>
    public async Task<StoredVariable?> FindAsync(string name, CancellationToken cancellation = default) =>
        (await store.GetAsync<StoredVariable>(PathOf(name), cancellation))?.Value;

    /// <summary>Gives a variable a value. Attempts that begin from now on read it.</summary>
    /// <exception cref="UpdraftException"><see cref="OperatorErrors.Variable"/>: the name or the value is refused.</exception>
    public Task SetAsync(string name, JsonElement value, string? by, CancellationToken cancellation = default) => SetAsync(name, value, by, null, cancellation);

    /// <inheritdoc cref="SetAsync(string, JsonElement, string?, CancellationToken)"/>
    /// <param name="name">The variable.</param>
    /// <param name="value">Its value from now on.</param>
    /// <param name="by">Who sets it; null when unknown.</param>
    /// <param name="check">Told of the variable that is replaced, null for none; what it throws keeps it. Null for no check.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task SetAsync(string name, JsonElement value, string? by, Action<StoredVariable?>? check, CancellationToken cancellation)
    {
        VariableText.Checked(name);
        if (Encoding.UTF8.GetByteCount(value.GetRawText()) is > VariableText.MaxValue and var bytes)
            throw new UpdraftException(OperatorErrors.Variable, $"the value of variable '{name}' has {bytes:N0} bytes, over the limit of {VariableText.MaxValue:N0}: keep it in a file, and its place in the variable");
        var variable = new StoredVariable { Value = value, SetAt = clock.GetUtcNow(), SetBy = by };
        while (await store.PutAsync(PathOf(name), variable, await CheckedAsync(name, check, cancellation), cancellation: cancellation) is null)
        {
            // It was changed between the look and the write.
        }
    }

    /// <summary>Removes a variable; false when it was not set.</summary>
    public Task<bool> DeleteAsync(string name, CancellationToken cancellation = default) => store.DeleteAsync(PathOf(name), null, cancellation);

    /// <inheritdoc cref="DeleteAsync(string, CancellationToken)"/>
    /// <param name="name">The variable.</param>
    /// <param name="check">Told of the variable that is removed, null for none; what it throws keeps it.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<bool> DeleteAsync(string name, Action<StoredVariable?> check, CancellationToken cancellation)
    {
        while (await CheckedAsync(name, check, cancellation) is { Absent: false, ETag: var etag })
            if (await store.DeleteAsync(PathOf(name), etag, cancellation)) return true;
        return false;
    }

    private async Task<WriteCondition> CheckedAsync(string name, Action<StoredVariable?>? check, CancellationToken cancellation)
    {
        if (check is null) return WriteCondition.None;
        var found = await store.GetAsync<StoredVariable>(PathOf(name), cancellation);
        check(found?.Value);
        return found is null ? WriteCondition.IfAbsent : WriteCondition.IfMatch(found.ETag);
    }

    private static string PathOf(string name) => All + DocumentPath.Of(name);
}

/// <summary>A variable that was set by hand.</summary>
public sealed record StoredVariable
{
    /// <summary>Version of the document's format.</summary>
    public int Format { get; init; } = 1;

    /// <summary>Its value.</summary>
    public required JsonElement Value { get; init; }

    /// <summary>When it was set.</summary>
    public required DateTimeOffset SetAt { get; init; }

    /// <summary>Who set it; null when unknown.</summary>
    public string? SetBy { get; init; }
}
