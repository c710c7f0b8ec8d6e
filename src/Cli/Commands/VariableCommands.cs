using System.CommandLine;
using System.Text.Json;
using Updraft.Api;
using Updraft.Operators;

namespace Updraft.Cli;

/// <summary><c>updraft variables</c>.</summary>
internal static class VariableCommands
{
    private const int MostShown = 80;

    public static Command Of(Session session) => new("variables", "Values of this environment that templates read as var.NAME. They are no secrets.") { List(session), Get(session), Set(session), Delete(session) };

    private static Command List(Session session)
    {
        var command = session.Asking("list", "Lists variables, their values and where they come from.");
        command.SetAction(async (parsed, cancellation) =>
        {
            var known = await session.AskAsync(parsed, api => api.ListAsync<VariableView>(() => $"variables", 10_000, cancellation));
            return session.Print(parsed, known, known.Count == 0 ? ["There are no variables."] : Columns.Of([.. known.Select(variable => (string[])[variable.Name, Printable.Of(Cut(variable.Value.GetRawText())), Printable.Of(variable.Source)])]));
        });
        return command;
    }

    private static Command Get(Session session)
    {
        var name = NameArgument();
        var command = session.Asking("get", "Prints the value of a variable as JSON.", name);
        command.SetAction(async (parsed, cancellation) =>
        {
            var variable = await session.AskAsync(parsed, api => api.GetAsync<VariableView>($"variables/{parsed.GetValue(name)!}", cancellation));
            return session.Print(parsed, variable, Printable.Of(variable.Value.GetRawText()));
        });
        return command;
    }

    private static Command Set(Session session)
    {
        var name = NameArgument();
        var value = new Argument<string>("VALUE|@FILE") { Description = "JSON, or else a text." };
        var text = new Option<bool>("--text") { Description = "Take the value as a text, even where it is JSON." };
        var command = session.Asking("set", "Gives a variable a value. Tasks that begin from now on read it.", name, value, text);
        command.SetAction(async (parsed, cancellation) =>
        {
            var given = RunArguments.Text("the value", parsed.GetValue(value)!);
            var json = parsed.GetValue(text) ? JsonSerializer.SerializeToElement(given) : VariableText.Read(given);
            var set = await session.AskAsync(parsed, api => api.PutAsync<VariableView>($"variables/{parsed.GetValue(name)!}", new SetVariable(json), cancellation), create: true);
            return session.Print(parsed, set, JsonElement.DeepEquals(set.Value, json)
                ? $"Variable {set.Name} is {Printable.Of(Cut(json.GetRawText()))}."
                : $"Variable {set.Name} is set, but goes on being {Printable.Of(Cut(set.Value.GetRawText()))}, which comes from {Printable.Of(set.Source)}.");
        });
        return command;
    }

    private static Command Delete(Session session)
    {
        var name = NameArgument();
        var command = session.Asking("delete", "Removes a variable that was set.", name);
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var api = session.Connect(parsed);
            await api.DeleteAsync($"variables/{parsed.GetValue(name)!}", cancellation);
            return session.Print(parsed, new VariableDeleted(parsed.GetValue(name)!), $"Variable {Printable.Of(parsed.GetValue(name)!)} is removed.");
        });
        return command;
    }

    private static Argument<string> NameArgument() => new("NAME") { Description = "The variable's name." };

    private static string Cut(string text) => text.Length <= MostShown ? text : text[..(MostShown - 1)] + "…";

    /// <summary>A variable is no longer set by hand.</summary>
    private sealed record VariableDeleted(string Name);
}
