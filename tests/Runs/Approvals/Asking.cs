using System.Text.Json;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Runs;

/// <summary>DAGs that ask, and people who answer.</summary>
internal static class Asking
{
    public static DagSpec Dag(object fields, string name = "d")
    {
        var dag = new DagBuilder(name);
        var ask = dag.Task("ask", "approval", fields);
        dag.Link(ask >> dag.Work("after", ask.Output));
        return dag.Build();
    }

    public static DagSpec WithForm() => Dag(new
    {
        question = "How much?",
        choices = (string[])["approve", "reject"],
        form = new { type = "object", properties = new { amount = new { type = "integer", minimum = 1 } }, required = (string[])["amount"] },
    });

    public static async Task<Scene> AskedAsync(DagSpec dag)
    {
        var scene = await Scene.OpenAsync();
        await scene.TriggerAsync(dag);
        await UntilAskedAsync(scene);
        return scene;
    }

    public static Task UntilAskedAsync(Scene scene, int count = 1) => scene.DriveAsync(async () => (await Approvals(scene).ListAsync()).Questions.Length == count);

    public static Task<ApprovalView> AnswerAsync(Scene scene, string? choice, string? values = null, string by = "ann", string? groups = null, string? note = null, string? keys = null, int? tryNumber = null) =>
        Approvals(scene).AnswerAsync(new()
        {
            RunId = "r", TaskId = "ask", Keys = keys is null ? [] : [keys], Try = tryNumber, Choice = choice, By = by, Groups = groups is null ? [] : [groups], From = "test", Note = note,
            Values = values is null ? null : JsonSerializer.Deserialize<JsonElement>(values),
        });

    public static ApprovalClient Approvals(Scene scene) => scene.Host.Services.Approvals;
}
