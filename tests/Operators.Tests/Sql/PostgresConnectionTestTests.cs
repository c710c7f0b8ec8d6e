using Updraft.Dags;

namespace Updraft.Operators.Tests;

[Collection(PostgresTests.Name)]
public sealed class PostgresConnectionTestTests(PostgresServer server) : IConnectionSource
{
    private Connection? _connection;

    [PostgresFact]
    public async Task Try_Database_SignsIn()
    {
        _connection = server.Connection;

        var works = await ConnectionTests.TryAsync(new Connections(new EnvironmentSecrets(), this), "c");

        Assert.EndsWith("let postgres at postgres in", works);
    }

    [PostgresFact]
    public async Task Try_WrongPassword_SaysSoWithoutIt()
    {
        _connection = server.Connection with { Password = "wrong-and-secret" };

        var failed = await Assert.ThrowsAsync<UpdraftException>(() => ConnectionTests.TryAsync(new Connections(new EnvironmentSecrets(), this), "c"));

        Assert.StartsWith("connection 'c' does not work: signing in: 28P01: password authentication failed", failed.Message);
        Assert.DoesNotContain("wrong-and-secret", failed.Message);
    }

    Task<Connection?> IConnectionSource.GetAsync(string name, CancellationToken cancellation) => Task.FromResult(_connection);

    Task<IReadOnlyList<string>> IConnectionSource.NamesAsync(CancellationToken cancellation) => Task.FromResult<IReadOnlyList<string>>(["c"]);
}
