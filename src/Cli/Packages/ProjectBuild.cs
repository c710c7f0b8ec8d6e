using System.ComponentModel;
using Updraft.Dags;
using Updraft.Operators;

namespace Updraft.Cli;

/// <summary>
/// Builds the C# project of a DAG folder with the .NET SDK. What is built is a copy of the folder and nothing around it, so that a package is a
/// function of its folder; the contracts come from the Updraft that runs, whose types the code will meet.
/// </summary>
internal sealed class ProjectBuild(string updraftAssemblies)
{
    private const int MostErrors = 20;

    /// <summary>Builds a project and returns the assembly.</summary>
    /// <param name="sources">The copy of the folder.</param>
    /// <param name="project">The project file within it.</param>
    /// <param name="output">Where the assemblies go.</param>
    /// <param name="shownAs">The folder as the author knows it, for messages.</param>
    /// <param name="cancellation">Kills the build.</param>
    /// <exception cref="UpdraftException">It does not build, or there is no SDK.</exception>
    public async Task<string> BuildAsync(string sources, string project, string output, string shownAs, CancellationToken cancellation)
    {
        var (exitCode, text, error) = await RunAsync(
            [
                Dotnet, "build", Path.Combine(sources, project), "-c", "Release", "-o", output, "-v", "quiet", "-nologo", "--disable-build-servers",
                "-consoleLoggerParameters:ErrorsOnly;NoSummary",
                $"-p:UpdraftAssemblies={updraftAssemblies}",
                $"-p:PathMap={sources}=/_",
                "-p:EnableDynamicLoading=true", "-p:UseAppHost=false",
                "-p:EnableSourceControlManagerQueries=false", "-p:IncludeSourceRevisionInInformationalVersion=false",
            ],
            sources,
            cancellation);
        if (exitCode != 0) throw new UpdraftException(OperatorErrors.PackageBuild, $"{Path.Combine(shownAs, project)} does not build:\n{Errors(text + error, sources, shownAs)}");
        var assembly = Directory.GetFiles(output, "*.deps.json").Select(file => file[..^".deps.json".Length] + ".dll").SingleOrDefault(File.Exists);
        return assembly ?? throw new UpdraftException(OperatorErrors.PackageBuild, $"{Path.Combine(shownAs, project)} builds no library: its output type must be Library");
    }

    private static string Dotnet => Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") is { Length: > 0 } host && File.Exists(host) ? host : "dotnet";

    private static async Task<(int ExitCode, string Output, string Error)> RunAsync(string[] command, string folder, CancellationToken cancellation)
    {
        try
        {
            return await ChildProcess.RunAsync(command, folder, cancellation);
        }
        catch (Win32Exception e)
        {
            throw new UpdraftException(OperatorErrors.PackageBuild, $"the .NET SDK is needed to build C# in a DAG folder, and {command[0]} cannot be started: {e.Message}", e);
        }
    }

    private static string Errors(string text, string sources, string shownAs)
    {
        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(line => line.Replace(sources, shownAs, StringComparison.Ordinal))
            .Select(line => line.LastIndexOf(" [", StringComparison.Ordinal) is var project and > 0 && line.EndsWith(']') ? line[..project] : line)
            .Distinct(StringComparer.Ordinal)
            .ToList();
        var more = lines.Count > MostErrors ? $"\n  … and {lines.Count - MostErrors} more" : "";
        return string.Join('\n', lines.Take(MostErrors).Select(line => "  " + line)) + more;
    }
}
