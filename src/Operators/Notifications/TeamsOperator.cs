using System.ComponentModel;

namespace Updraft.Operators;

/// <summary>Posts a message to Microsoft Teams through a webhook of Workflows, as an adaptive card.</summary>
/// <remarks>Source: Microsoft, "Create incoming webhooks with Workflows for Microsoft Teams".</remarks>
[Operator("teams")]
[Description("Posts a message to Microsoft Teams through a webhook of Workflows.")]
public sealed class TeamsOperator : RunOperator<ChatFields>
{
    private const int LongestText = 20_000;

    /// <inheritdoc/>
    public override async Task<TaskOutcome> RunAsync(TaskContext context, ChatFields fields, CancellationToken stop)
    {
        await IncomingWebhook.PostAsync(await context.Connect(fields.Connection, stop), MessageOf(fields), stop);
        return TaskOutcome.Success();
    }

    private static object MessageOf(ChatFields fields)
    {
        var body = new List<object>();
        if (fields.Title is { } title) body.Add(new { type = "TextBlock", text = title, weight = "Bolder", size = "Medium", wrap = true });
        body.Add(new { type = "TextBlock", text = IncomingWebhook.Cut(fields.Text, LongestText), wrap = true });
        var card = new Dictionary<string, object> { ["$schema"] = "http://adaptivecards.io/schemas/adaptive-card.json", ["type"] = "AdaptiveCard", ["version"] = "1.4", ["body"] = body };
        if (fields.Link is { } link) card["actions"] = new[] { new { type = "Action.OpenUrl", title = "Open", url = link } };
        return new { type = "message", attachments = new[] { new { contentType = "application/vnd.microsoft.card.adaptive", content = card } } };
    }
}
