namespace Updraft.Operators;

/// <summary>What must not be shown of an attempt; grows as the operator asks for connections.</summary>
internal sealed class AttemptSecrets(Connections connections, IReadOnlyCollection<string> known)
{
    private readonly Lock _lock = new();
    private readonly List<string> _secrets = [.. known];

    /// <summary>Replaces all that is known by now.</summary>
    public Redactor Redactor { get; private set; } = known.Count == 0 ? Redactor.None : new Redactor(known);

    /// <summary>Whether a text holds one of those known by now.</summary>
    public bool IsIn(string text) => Redactor.Redact(text) != text;

    /// <summary>A connection, whose secrets are hidden from now on.</summary>
    /// <exception cref="Dags.UpdraftException"><see cref="OperatorErrors.Connection"/>.</exception>
    public async Task<Connection> ConnectAsync(string name, CancellationToken cancellation)
    {
        var connection = await connections.GetAsync(name, cancellation);
        lock (_lock)
        {
            _secrets.AddRange(connection.Secrets);
            if (_secrets.Count > 0) Redactor = new Redactor(_secrets);
        }
        return connection;
    }
}
