namespace Updraft.Operators;

/// <summary>Tries connections of a kind out: really calls, and really signs in.</summary>
internal interface IConnectionTest
{
    /// <summary>Whether it can tell of this connection, mostly by the scheme of its URL. The first that can is asked.</summary>
    bool Fits(Connection connection);

    /// <summary>Tries a connection out; changes nothing at the service.</summary>
    /// <param name="connection">The connection, with its secrets.</param>
    /// <param name="name">Its name, for messages.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>What was done and what came back, in a line without secrets.</returns>
    /// <exception cref="Exception">It does not work. The message says why; passwords and tokens in it are hidden by the caller.</exception>
    Task<string> TryAsync(Connection connection, string name, CancellationToken cancellation);
}
