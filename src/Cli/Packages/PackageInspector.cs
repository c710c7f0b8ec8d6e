using System.ComponentModel;
using System.Text.Json;
using Updraft.Dags;
using Updraft.Operators;
using Updraft.Orchestration;

namespace Updraft.Cli;

/// <summary>Asks a process of its own what an author's assembly holds, so that the author's code never runs in this one.</summary>
/// <param name="command">Program and arguments that run <see cref="PackageInspection"/>.</param>
/// <param name="time">The clock.</param>
internal sealed class PackageInspector(IReadOnlyList<string> command, TimeProvider time)
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    /// <summary>The hidden command of the program that runs.</summary>
    public static IReadOnlyList<string> OwnCommand
    {
        get
        {
            var assembly = typeof(PackageInspector).Assembly.Location;
            var program = Environment.ProcessPath!;
            return assembly.Length == 0 || Path.GetFileNameWithoutExtension(program) == "updraft"
                ? [program, PackageInspection.Command]
                : [Path.GetFileNameWithoutExtension(program) == "dotnet" ? program : "dotnet", assembly, PackageInspection.Command];
        }
    }

    /// <summary>Inspects an assembly.</summary>
    /// <exception cref="UpdraftException">It cannot be loaded, what it defines is wrong, or it takes too long.</exception>
    public async Task<PackageDescription> InspectAsync(string assembly, CancellationToken cancellation)
    {
        var result = Path.ChangeExtension(assembly, ".inspected.json");
        using var timeout = new CancellationTokenSource(Longest, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation, timeout.Token);
        try
        {
            var (exitCode, _, error) = await ChildProcess.RunAsync([.. command, assembly, result], Path.GetDirectoryName(assembly)!, stop.Token);
            if (exitCode != 0) throw Failed(assembly, error.Trim() is { Length: > 0 } reason ? reason : $"exit code {exitCode}");
            await using var content = File.OpenRead(result);
            return (await JsonSerializer.DeserializeAsync<PackageDescription>(content, OrchestrationJson.Options, CancellationToken.None))!;
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested)
        {
            throw Failed(assembly, $"its DAGs were not defined within {Durations.Format(Longest)}");
        }
        catch (Win32Exception e)
        {
            throw Failed(assembly, e.Message);
        }
        finally
        {
            File.Delete(result);
        }
    }

    private static UpdraftException Failed(string assembly, string reason) =>
        new(OperatorErrors.PackageInspection, $"{Path.GetFileName(assembly)} cannot be inspected: {reason}");
}
