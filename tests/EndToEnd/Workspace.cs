using System.Text.Json;

namespace Updraft.EndToEnd;

/// <summary>A folder for one test: the DAG, its data folder, and marks that its tasks leave.</summary>
internal sealed class Workspace : IDisposable
{
    public Workspace()
    {
        Folder = Directory.CreateTempSubdirectory("updraft-e2e-").FullName;
        Directory.CreateDirectory(Marks);
    }

    public string Folder { get; }

    public string Marks => Path.Combine(Folder, "marks");

    /// <summary>What stands in the environment of the commands.</summary>
    public Dictionary<string, string> Variables { get; } = new(StringComparer.Ordinal);

    public string Data => Path.Combine(Folder, ".updraft");

    /// <summary>Writes a file, and returns its full path.</summary>
    public string Write(string name, string content)
    {
        var path = Path.Combine(Folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content.Replace("$MARKS", Marks, StringComparison.Ordinal));
        return path;
    }

    /// <summary>Lets tasks go on that wait for a mark.</summary>
    public void Mark(string name) => File.WriteAllText(Path.Combine(Marks, name), "");

    /// <summary>Lines that tasks appended to a mark; 0 when it is not there.</summary>
    public int Count(string mark) => File.Exists(Path.Combine(Marks, mark)) ? File.ReadAllLines(Path.Combine(Marks, mark)).Length : 0;

    public async Task<Ended> RunAsync(params string[] arguments)
    {
        using var command = Start(arguments);
        return await command.EndAsync();
    }

    public Updraft Start(params string[] arguments) => Updraft.Start(Folder, Variables, arguments);

    /// <summary>Serves the data folder; it listens when this returns.</summary>
    public async Task<Updraft> ServeAsync(params string[] arguments)
    {
        var serve = Start(["serve", .. arguments]);
        await serve.LineAsync("Serving ");
        return serve;
    }

    /// <summary>The run document.</summary>
    public async Task<JsonElement> ShowAsync(string runId) => JsonDocument.Parse((await RunAsync("show", runId, "--json")).Expect(0).Output).RootElement;

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}

internal static class RunDocuments
{
    /// <summary>States of a task's instances.</summary>
    public static IReadOnlyList<string> StatesOf(this JsonElement run, string task) =>
        [.. run.GetProperty("tasks").EnumerateArray().Where(instance => instance.GetProperty("task").GetString() == task).Select(instance => instance.GetProperty("state").GetString()!)];

    public static int CountOf(this JsonElement run, string state) => run.GetProperty("counts").TryGetProperty(state, out var count) ? count.GetInt32() : 0;
}
