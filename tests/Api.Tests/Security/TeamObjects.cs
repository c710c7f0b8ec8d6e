using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Updraft.Orchestration;

namespace Updraft.Api.Tests;

/// <summary>Objects of every kind that belong to a team. Their names hold one word, and what they are about another, by which either is found in an answer.</summary>
internal sealed class TeamObjects(string team, string word)
{
    private readonly Dictionary<string, string[]> _ids = new(StringComparer.Ordinal)
    {
        ["dag"] = [word, $"{word}-live"],
        ["dagId"] = [word, $"{word}-live"],
        ["runId"] = [$"{word}-ended", $"{word}-live"],
        ["team"] = [team],
        // What a run is made of says nothing without the run, and these are the same in both teams.
        ["task"] = ["work", "ask"],
        ["taskId"] = ["work", "ask"],
        ["place"] = ["1"],
        ["number"] = ["1"],
        ["mapIndex"] = ["-1"],
        ["key"] = ["return_value"],
        // What all teams share.
        ["pool"] = ["heavy"],
        ["name"] = ["shared"],
        ["letter"] = ["nothing"],
        ["hash"] = [new string('0', 64)],
    };

    public string Team => team;

    /// <summary>In the name of everything that is the team's.</summary>
    public string Word => word;

    /// <summary>In what that says.</summary>
    public string Content => $"content-of-{word}";

    /// <summary>The parameters by which something is found that belongs to a team.</summary>
    public static bool IsOfTeam(string parameter) => parameter is "dag" or "dagId" or "runId" or "backfillId" or "alertId" or "keyId";

    /// <summary>Whether a parameter is known here.</summary>
    public bool Knows(string parameter) => _ids.ContainsKey(parameter);

    /// <summary>What is given for a parameter.</summary>
    public IReadOnlyList<string> Ids(string parameter) => _ids[parameter];

    /// <summary>Adds to what is given for a parameter.</summary>
    public void Add(string parameter, params string[] ids) => _ids[parameter] = [.. _ids.GetValueOrDefault(parameter, []), .. ids];

    /// <summary>Makes them all.</summary>
    public async Task SeedAsync(ApiTestServer server)
    {
        var by = new Caller($"{Content} person", team, AnyTeam: true);
        await server.PublishAsync($$$"""
            name: {{{word}}}
            description: {{{Content}}}
            params: {about: {default: none}}
            schedule: {cron: "0 0 * * *"}
            tasks:
              work: {step: {say: '{{{Content}}}', value: '{{{Content}}}'}, produces: shared}
            """, by);
        await server.PublishAsync($$$"""
            name: {{{word}}}-live
            params: {about: {default: none}}
            tasks:
              work: {step: {say: '{{{Content}}}'}}
              ask: {pools: [heavy], approval: {question: '{{{Content}}}'}}
              hear: {event: {name: any}}
              look: {file: {path: '/nowhere/{{{Content}}}'}}
            """, by);
        await server.Services.Pools.SetAsync("heavy", new PoolDefinition(2, IncludeWaiting: true));
        await RunAsync(server, word, $"{word}-ended");
        await server.EndAsync($"{word}-ended");
        await RunAsync(server, $"{word}-live", $"{word}-live");
        await server.Engine.Embedded.IdleAsync();
        var now = server.Time.GetUtcNow();
        _ids["backfillId"] = [(await server.Services.Backfills.CreateAsync(new CreateBackfill { Dag = word, Id = $"{word}-backfill", From = now.AddDays(-2), To = now, By = Content })).Request.Id];
        await server.Services.Alerts.RaiseAsync(new Alert { Id = $"{word}-of-dag", Kind = AlertKinds.AutoPaused, Dag = word, Message = Content, At = now });
        await server.Services.Alerts.RaiseAsync(new Alert { Id = $"{word}-of-run", Kind = AlertKinds.LateRun, Dag = word, RunId = $"{word}-ended", Message = Content, At = now });
        _ids["alertId"] = [$"{word}-of-dag", $"{word}-of-run"];
        var key = await server.Pipeline.GetRequiredService<ApiKeys>().CreateAsync(new CreateKey { Name = $"{Content} {word}", Grants = [new Grant(Role.Viewer, team)] }, Content);
        _ids["keyId"] = [key.Key.Id];
        await server.Pipeline.GetRequiredService<Teams>().DefineAsync(team, new DefineTeam($"{Content} {word}"), Content);
        await server.Services.Audit.BeginAsync(new AuditEntry { Id = $"{word}-entry", At = now, By = Content, Action = "POST /x", Teams = [team] });
        await server.Services.Queue.SendAsync(new QueueMessage { Id = $"{word}-message", Body = $"{{\"about\": \"{Content}\"}}", Properties = ImmutableSortedDictionary<string, string>.Empty.Add(QueueProperties.Dag, word) });
    }

    private Task<TriggeredRun> RunAsync(ApiTestServer server, string dag, string runId) => server.Services.Catalogue.TriggerAsync(dag, run => run with
    {
        RunId = runId,
        Conf = JsonSerializer.SerializeToElement(new { about = Content }),
        Labels = ImmutableSortedDictionary<string, string>.Empty.Add("about", Content),
        Note = Content,
        BusinessKey = "shared",
        TriggeredBy = Content,
    });
}
