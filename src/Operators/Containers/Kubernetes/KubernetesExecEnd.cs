using System.Globalization;
using System.Text.Json;

namespace Updraft.Operators;

/// <summary>How a program that was run in a container ended.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Said">What it wrote to its error stream, in a line; empty for nothing.</param>
internal sealed record KubernetesExecEnd(int ExitCode, string Said)
{
    /// <summary>From the status (v1) that the API server sends last.</summary>
    /// <exception cref="ServiceException">The program was not run, or was killed: with its container, or for want of memory.</exception>
    public static KubernetesExecEnd Of(byte[] status, string said, string where)
    {
        JsonElement told;
        try
        {
            told = JsonSerializer.Deserialize<JsonElement>(status);
        }
        catch (JsonException e)
        {
            throw new ServiceException($"{where} told the end of the program in something that is no JSON", inner: e);
        }
        var line = string.Join("; ", said.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        if (told.TextAt("status") == "Success") return new(0, line);
        foreach (var cause in told.ItemsAt("details", "causes").Where(cause => told.TextAt("reason") == "NonZeroExitCode" && cause.TextAt("reason") == "ExitCode"))
        {
            if (!int.TryParse(cause.TextAt("message"), NumberStyles.None, CultureInfo.InvariantCulture, out var code)) continue;
            return code < 128 ? new(code, line) : throw new ServiceException(string.Create(CultureInfo.InvariantCulture, $"{where}: the program was killed (exit code {code}){(line.Length == 0 ? "" : $": {line}")}"));
        }
        throw new ServiceException($"{where}: the program could not be run: {told.TextAt("message") ?? "the cluster does not say why"}");
    }
}
