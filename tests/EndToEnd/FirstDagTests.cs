using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;

namespace Updraft.EndToEnd;

/// <summary>What <c>docs/first-dag.md</c> tells a reader to do works, in its order.</summary>
public sealed partial class FirstDagTests : IDisposable
{
    private readonly Workspace _here = new();

    public void Dispose() => _here.Dispose();

    [Fact]
    public async Task FirstDag_EveryStep_Works()
    {
        var script = new StringBuilder("set -euo pipefail\nshopt -s expand_aliases\n");
        script.Append(System.Globalization.CultureInfo.InvariantCulture, $"alias updraft='dotnet {Updraft.Program}'\n");
        var page = await File.ReadAllTextAsync(Repository.PathOf("docs", "first-dag.md"));
        foreach (Match block in Block().Matches(page))
        {
            var (kind, argument, text) = (block.Groups["kind"].Value, block.Groups["argument"].Value, block.Groups["text"].Value);
            if (kind == "yaml") script.Append(System.Globalization.CultureInfo.InvariantCulture, $"mkdir -p $(dirname {argument}); cat > {argument} <<'END_OF_FILE'\n{text}END_OF_FILE\n");
            else if (kind == "sh" && argument != "setup") script.Append(text);
        }

        var (exitCode, output) = await BashAsync(_here.Write("steps.sh", script.ToString()));

        Assert.True(exitCode == 0, output);
        Assert.Contains("there are 42 rows", output, StringComparison.Ordinal);
        Assert.Contains("visiting Riga, try 1", output, StringComparison.Ordinal);
        Assert.Contains("hello is valid", output, StringComparison.Ordinal);
        Assert.Matches(@"cities +hello +success", output);
    }

    private async Task<(int ExitCode, string Output)> BashAsync(string script)
    {
        using var bash = Process.Start(new ProcessStartInfo("bash", ["-c", "exec bash \"$0\" 2>&1", script]) { WorkingDirectory = _here.Folder, RedirectStandardOutput = true })!;
        var output = await bash.StandardOutput.ReadToEndAsync();
        await bash.WaitForExitAsync();
        return (bash.ExitCode, output);
    }

    [GeneratedRegex(@"^```(?<kind>\w+)(?: (?<argument>\S+))?\n(?<text>.*?)^```$", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Block();
}
