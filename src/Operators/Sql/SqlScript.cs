using System.Collections.Immutable;
using Updraft.Dags;

namespace Updraft.Operators;

/// <summary>The statements of a task.</summary>
internal static class SqlScript
{
    private const int MostBytes = 1 << 20;

    /// <exception cref="UpdraftException"><see cref="OperatorErrors.Fields"/>.</exception>
    public static async Task<ImmutableArray<SqlStatement>> OfAsync(TaskContext context, SqlFields fields, CancellationToken stop)
    {
        if (fields.Sql is null == fields.File is null) throw Wrong("a sql task has either sql (a text) or file (a file of the DAG)");
        var statements = SqlStatements.Split(fields.Sql ?? await FileAsync(context, fields.File!, stop));
        if (statements.IsEmpty) throw Wrong("there is no statement: everything is blank or a comment");
        if (fields.Transaction && statements.FirstOrDefault(Controls) is { } control)
            throw Wrong($"line {control.Line} is '{control.Text.Split('\n')[0].Trim()}', and all statements are one transaction: remove it, or set transaction to false");
        return statements;
    }

    private static async Task<string> FileAsync(TaskContext context, string name, CancellationToken stop)
    {
        var files = context.Package?.Files ?? throw Wrong($"file is '{name}', and the DAG has no files");
        var path = Path.GetFullPath(name, files);
        if (!path.StartsWith(Path.GetFullPath(files) + Path.DirectorySeparatorChar, StringComparison.Ordinal) || !File.Exists(path)) throw Wrong($"the DAG's folder has no file '{name}'");
        if (new FileInfo(path).Length > MostBytes) throw Wrong($"the file '{name}' is larger than {MostBytes >> 10} KB");
        var script = await File.ReadAllTextAsync(path, stop);
        return SqlStatements.DeclaresWaits(script) ? throw Wrong($"the file '{name}' declares waits, which are read with the DAG: write sql: {{$file: {name}}} in its YAML, or partition tasks") : script;
    }

    // A transaction that a statement ends would leave the statements after it without one.
    private static bool Controls(SqlStatement statement)
    {
        var words = statement.Text.Split((char[]?)null, 4, StringSplitOptions.RemoveEmptyEntries).Select(word => word.ToLowerInvariant()).ToList();
        return words[0] is "begin" or "commit" or "end" or "abort" || words is ["start" or "prepare", "transaction", ..] || (words[0] == "rollback" && !words.Contains("to"));
    }

    private static UpdraftException Wrong(string why) => new(OperatorErrors.Fields, why);
}
