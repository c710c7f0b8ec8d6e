using System.ComponentModel;

namespace Updraft.Operators;

/// <summary>Posts a message to Slack through an incoming webhook.</summary>
/// <remarks>Source: Slack, "Sending messages using incoming webhooks" and "Block Kit".</remarks>
[Operator("slack")]
[Description("Posts a message to Slack through an incoming webhook.")]
public sealed class SlackOperator : RunOperator<ChatFields>
{
    // Slack refuses longer ones.
    private const int LongestHeader = 150;
    private const int LongestSection = 3_000;

    /// <inheritdoc/>
    public override async Task<TaskOutcome> RunAsync(TaskContext context, ChatFields fields, CancellationToken stop)
    {
        await IncomingWebhook.PostAsync(await context.Connect(fields.Connection, stop), MessageOf(fields), stop);
        return TaskOutcome.Success();
    }

    private static object MessageOf(ChatFields fields)
    {
        var blocks = new List<object>();
        if (fields.Title is { } title) blocks.Add(new { type = "header", text = new { type = "plain_text", text = IncomingWebhook.Cut(title, LongestHeader) } });
        blocks.Add(new { type = "section", text = new { type = "mrkdwn", text = IncomingWebhook.Cut(fields.Text, LongestSection) } });
        if (fields.Link is { } link) blocks.Add(new { type = "context", elements = new[] { new { type = "mrkdwn", text = $"<{link}>" } } });
        return new { text = IncomingWebhook.Cut(fields.Title ?? fields.Text, LongestSection), blocks };
    }
}
