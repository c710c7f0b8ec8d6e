using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using Updraft.Dags;

namespace Updraft.Operators;

/// <summary>Calls of the program <c>docker</c>, which it finds on PATH. Where Docker is says the host's environment, as <c>DOCKER_HOST</c>.</summary>
internal static class DockerCli
{
    /// <summary>Most that is read of an output, in bytes; a call that writes more is ended.</summary>
    public const int MaxOutput = 16 << 20;

    /// <summary>Runs a command to its end.</summary>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="variables">Variables of the program itself, which <c>--env NAME</c> hands on; null for none.</param>
    /// <param name="stop">Ends the program.</param>
    /// <exception cref="UpdraftException"><see cref="OperatorErrors.ProcessStart"/>: there is no such program.</exception>
    /// <exception cref="ServiceException">Docker itself cannot be reached.</exception>
    public static async Task<DockerAnswer> CallAsync(IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? variables, CancellationToken stop)
    {
        var start = new ProcessStartInfo("docker", arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in variables ?? new Dictionary<string, string>()) start.Environment[name] = value;
        using var process = Start(start);
        process.StandardInput.Close();
        try
        {
            var output = ReadAsync(process, process.StandardOutput.BaseStream, stop);
            var errors = ReadAsync(process, process.StandardError.BaseStream, stop);
            var (content, isCut) = await output;
            var (said, areErrorsCut) = await errors;
            await process.WaitForExitAsync(stop);
            var answer = new DockerAnswer(process.ExitCode, content, said) { IsOutputCut = isCut, AreErrorsCut = areErrorsCut };
            return answer.IsUnreachable ? throw new ServiceException($"Docker cannot be reached: {answer.Said}") : answer;
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new UpdraftException(OperatorErrors.ProcessStart, $"the program docker cannot be started: {e.Message}; install Docker's CLI where tasks run", e);
        }
    }

    private static async Task<(byte[] Content, bool IsCut)> ReadAsync(Process process, Stream from, CancellationToken stop)
    {
        using var content = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (await from.ReadAsync(buffer, stop) is > 0 and var read)
        {
            content.Write(buffer, 0, read);
            if (content.Length < MaxOutput) continue;
            process.Kill(entireProcessTree: true);
            return (content.ToArray(), true);
        }
        return (content.ToArray(), false);
    }
}

/// <summary>What a call of Docker's CLI came to.</summary>
internal sealed record DockerAnswer(int ExitCode, byte[] Output, byte[] Errors)
{
    public bool IsOutputCut { get; init; }

    public bool AreErrorsCut { get; init; }

    public bool IsCut => IsOutputCut || AreErrorsCut;

    public string Text => Encoding.UTF8.GetString(Output);

    public string ErrorText => Encoding.UTF8.GetString(Errors);

    /// <summary>What it says of its failure, in a line: the last that is not advice.</summary>
    public string Said => ErrorText.Split('\n').Select(line => line.Trim())
        .LastOrDefault(line => line.Length > 0 && !line.Contains("--help", StringComparison.Ordinal)) ?? $"exit code {ExitCode}";

    public bool IsUnreachable => ExitCode != 0 && (Says("Cannot connect to the Docker daemon") || Says("error during connect") || Says("Is the docker daemon running"));

    public bool IsMissing => ExitCode != 0 && (Says("No such container") || Says("No such object"));

    public bool Says(string text) => ErrorText.Contains(text, StringComparison.OrdinalIgnoreCase);
}
