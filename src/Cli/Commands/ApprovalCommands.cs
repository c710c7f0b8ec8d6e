using System.CommandLine;
using System.Globalization;
using Updraft.Api;
using Updraft.Orchestration;

namespace Updraft.Cli;

/// <summary><c>updraft approvals</c>.</summary>
internal static class ApprovalCommands
{
    private const int MostOfRun = 1_000;

    public static Command Of(Session session) => new("approvals", "Questions that tasks ask people.") { List(session), Show(session), Answer(session) };

    private static Command List(Session session)
    {
        var dag = new Option<string?>("--dag") { HelpName = "NAME", Description = "Only of this DAG." };
        var run = new Option<string?>("--run") { HelpName = "RUN", Description = "Only of this run." };
        var all = new Option<bool>("--all") { Description = "With --run: also what has been answered, and by whom." };
        var limit = new Option<int>("--limit") { HelpName = "N", Description = "How many at most. Default 50.", DefaultValueFactory = _ => 50 };
        var after = new Option<string?>("--after") { HelpName = "PLACE", Description = "Go on where a list before ended." };
        var command = session.Asking("list", "Lists the questions that wait for an answer.", dag, run, all, limit, after);
        command.Validators.Add(result =>
        {
            if (result.GetValue(all) && result.GetValue(run) is null) result.AddError("--all goes with --run.");
        });
        command.SetAction(async (parsed, cancellation) =>
        {
            if (parsed.GetValue(all) && parsed.GetValue(run) is { } runId)
            {
                var asked = await session.AskAsync(parsed, api => api.ListAsync<ApprovalView>(() => $"runs/{runId}/approvals", MostOfRun, cancellation));
                return session.Print(parsed, asked, asked.Count == 0 ? ["This run has asked nothing."] : Columns.Of([.. asked.Select(view => (string[])[.. Row(view.Question), Printable.Of(StateOf(view))])]));
            }
            var page = await session.AskAsync(parsed, api => api.GetAsync<Page<ApprovalQuestion>>(OpenPath(parsed.GetValue(dag), parsed.GetValue(run)).With("after", parsed.GetValue(after)).With("count", Math.Max(1, parsed.GetValue(limit))), cancellation));
            return session.Print(parsed, page, [
                .. page.Items.IsEmpty ? ["No question is open."] : Columns.Of([.. page.Items.Select(Row)]),
                .. page.Next is { } next ? (string[])[$"There may be more: --after {next}"] : []]);
        });
        return command;
    }

    private static Command Show(Session session)
    {
        var (run, task, number) = (session.RunArgument(), TaskArgument(), TryOption());
        var command = session.Asking("show", "Shows a question: its choices, its form, who may answer, and what became of it.", run, task, number);
        command.SetAction(async (parsed, cancellation) =>
        {
            var name = InstanceName.Parse(parsed.GetValue(task)!);
            var view = await session.AskAsync(parsed, api => api.GetAsync<ApprovalView>(PathOf(parsed.GetValue(run)!, name.TaskId).With("keys", name.Keys).With("try", parsed.GetValue(number)), cancellation));
            return session.Print(parsed, view, Lines(view));
        });
        return command;
    }

    private static Command Answer(Session session)
    {
        var (run, task, number, team) = (session.RunArgument(), TaskArgument(), TryOption(), Session.TeamOption());
        var choice = new Argument<string?>("CHOICE") { Arity = ArgumentArity.ZeroOrOne, Description = "What you choose; may be left out where there is one choice." };
        var values = new Option<string?>("--values") { HelpName = "JSON|@FILE", Description = "The form's values, a JSON object." };
        var note = new Option<string?>("--note") { HelpName = "TEXT", Description = "What is to be kept with the answer." };
        var command = session.Asking("answer", "Answers a question. The first answer holds.", run, task, choice, values, note, number, team);
        command.SetAction(async (parsed, cancellation) =>
        {
            var name = InstanceName.Parse(parsed.GetValue(task)!);
            var answered = await session.AskAsync(parsed, api => api.PostAsync<ApprovalAnswered>(PathOf(parsed.GetValue(run)!, name.TaskId), new AnswerQuestion
            {
                Keys = name.Keys,
                Try = parsed.GetValue(number),
                Choice = parsed.GetValue(choice),
                Values = RunArguments.Json("--values", parsed.GetValue(values)),
                Note = parsed.GetValue(note),
                Groups = parsed.GetValue(team) is { } group ? [group] : [],
                From = $"command line of {Environment.MachineName}",
            }, cancellation));
            session.TellDriven(parsed, answered.Approval.Question.RunId, answered.Driven);
            return session.Print(parsed, answered.Approval, $"{Printable.Of(answered.Approval.Question.Name())} of {Printable.Of(answered.Approval.Question.RunId)} is answered: {Printable.Of(answered.Approval.Decision!.Choice!)}.");
        });
        return command;
    }

    private static ApiPath OpenPath(string? dag, string? run)
    {
        ApiPath path = $"approvals";
        return path.With("dag", dag).With("run", run);
    }

    private static ApiPath PathOf(string runId, string task) => $"runs/{runId}/approvals/{task}";

    private static Argument<string> TaskArgument() => new("TASK[KEY]") { Description = "The task that asks, or one mapped instance as in ship[SEA]." };

    private static Option<int?> TryOption() => new("--try") { HelpName = "N", Description = "The try whose question is meant. Default: the latest." };

    private static string[] Row(ApprovalQuestion question) =>
    [
        Printable.Of(question.RunId), Printable.Of(question.Name()), ShowDag.Time(question.AskedAt), question.Deadline is { } until ? $"until {ShowDag.Time(until)}" : "", Printable.Of(question.Question),
    ];

    private static IEnumerable<string> Lines(ApprovalView view)
    {
        var question = view.Question;
        yield return Printable.Of(question.Question);
        yield return $"  asked    {ShowDag.Time(question.AskedAt)} by {Printable.Of(question.Name())} of run {Printable.Of(question.RunId)}, try {question.Try.ToString(CultureInfo.InvariantCulture)}";
        yield return $"  choices  {Printable.Of(string.Join(", ", question.Choices))}";
        if (question.Form is { } form) yield return $"  form     {Printable.Of(form.GetRawText())}";
        yield return $"  who      {Printable.Of(question.WhoMay())}";
        if (question.Deadline is { } until) yield return $"  until    {ShowDag.Time(until)}{(question.Default is { } taken ? $", then {Printable.Of(taken)}" : "")}";
        yield return $"  state    {Printable.Of(StateOf(view))}";
        if (view.Decision?.Values is { } values) yield return $"  values   {Printable.Of(values.GetRawText())}";
    }

    private static string StateOf(ApprovalView view) => view.Decision switch
    {
        { Kind: ApprovalDecisionKind.Answered } answer => $"{answer.Choice} by {answer.By} at {ShowDag.Time(answer.At)}{(answer.From is { } from ? $" from {from}" : "")}{(answer.Note is { } note ? $": {note}" : "")}",
        { Kind: ApprovalDecisionKind.Defaulted } missed => $"{missed.Choice} by default",
        { } => "nobody answered",
        null => view.Open ? "open" : "over: the try that asked has ended",
    };
}
