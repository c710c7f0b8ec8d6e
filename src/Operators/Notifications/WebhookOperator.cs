using System.ComponentModel;
using System.Text.Json;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Operators;

/// <summary>Posts JSON to a webhook.</summary>
[Operator("webhook")]
[Description("Posts JSON to a webhook.")]
public sealed class WebhookOperator : RunOperator<WebhookFields>
{
    /// <inheritdoc/>
    public override async Task<TaskOutcome> RunAsync(TaskContext context, WebhookFields fields, CancellationToken stop)
    {
        var connection = fields.Connection is { } name ? await context.Connect(name, stop) : new Connection();
        if (connection.Url is null && (fields.Url is null || !Uri.TryCreate(fields.Url, UriKind.Absolute, out _)))
            throw new UpdraftException(OperatorErrors.Fields, "give a whole url, or a connection that has one");
        var whole = connection.Url ?? new Uri(fields.Url!);
        var body = fields.Body ?? JsonSerializer.SerializeToElement(WebhookMessage.Of(context), OrchestrationJson.Options);
        var answer = await new ServiceClient(connection with { Url = whole }).CallAsync(HttpMethod.Post, connection.Url is null ? whole.AbsoluteUri : fields.Url ?? whole.AbsoluteUri, body, headers: fields.Headers, cancellation: stop);
        return TaskOutcome.Success(new { status = (int)answer!.Status });
    }
}

/// <summary>What a webhook is told when its author says nothing.</summary>
internal sealed record WebhookMessage(string RunId, string Dag, string Task, int Try, DateTimeOffset LogicalDate, JsonElement? About)
{
    public static WebhookMessage Of(TaskContext context) => new(context.Run.RunId, context.Run.Dag, context.TaskId, context.Try, context.Run.LogicalDate, context.Run.About);
}
