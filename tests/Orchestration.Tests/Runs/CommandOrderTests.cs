using System.Text.Json;

namespace Updraft.Orchestration.Tests;

/// <summary>Commands are taken in the order in which they were given, also when the clock stands still between them.</summary>
public sealed class CommandOrderTests
{
    private static readonly ActorId Run = RunPaths.Of("r");

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Commands_GivenOneAfterTheOther_AreTakenInThatOrder(int clients)
    {
        var host = new SimulatedHost();
        var given = Enumerable.Range(0, 40).Select(number => $"person {number}").ToArray();

        var taken = host.Simulator.Run(async () =>
        {
            await host.Store.PutAsync(ActorPaths.Request(Run), new ActorRequest { Body = JsonSerializer.SerializeToElement(new { }), Lane = "default", Tags = new Dictionary<string, string>() }, WriteCondition.None);
            var perClient = given.Length / clients;
            for (var client = 0; client < clients; client++)
            {
                // A process of its own: it knows nothing of the commands of others. To start it takes time.
                await Task.Delay(TimeSpan.FromMilliseconds(1), host.Simulator.Time);
                var runs = new RunClient(host.Store, host.Runtime.Specs, host.Actors, new RunNotices(), host.Simulator.Time);
                foreach (var person in given.Skip(client * perClient).Take(perClient)) Assert.True(await runs.CancelAsync("r", new CancelCommand(By: person)));
            }
            return await new Inbox(host.Store, host.Simulator.Time).ReadAsync(Run, [], default);
        });

        Assert.Equal(given, taken.Entries.Select(entry => entry.Body.GetProperty("by").GetString()));
        Assert.Equal(clients, taken.Entries.Select(entry => entry.At).Distinct().Count());
    }
}
