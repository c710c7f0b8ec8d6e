using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Updraft.Operators.Tests;

/// <summary>
/// Runs programs in containers of pods as API servers do, over a WebSocket with a channel for each stream. They run on this machine, with its
/// shell and its tar, in a folder that plays the volume of their pod.
/// </summary>
internal sealed class FakeExec : IDisposable
{
    private const string Protocol = "v4.channel.k8s.io";
    private readonly string _folder = Directory.CreateTempSubdirectory("pods-").FullName;
    private readonly ConcurrentQueue<(string Container, string Script)> _calls = new();
    private readonly List<Process> _containers = [];

    /// <summary>What was run, and where.</summary>
    public IReadOnlyList<(string Container, string Script)> Calls => [.. _calls];

    /// <summary>Cuts the next connection when so many bytes have come in; null for none.</summary>
    public long? CutInput { get; set; }

    /// <summary>Cuts the next connection when so many bytes have gone out; null for none.</summary>
    public long? CutOutput { get; set; }

    /// <summary>Cuts the connection of the next program with this in its script, when it has ended and before anybody is told; null for none.</summary>
    public string? CutEndOf { get; set; }

    /// <summary>A folder of programs that containers find before this machine's; null for none.</summary>
    public string? Programs { get; set; }

    /// <summary>A message instead of the program's run; null for none.</summary>
    public string? Broken { get; set; }

    public void Dispose()
    {
        foreach (var container in _containers)
        {
            if (!container.HasExited) container.Kill(entireProcessTree: true);
            container.Dispose();
        }
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>A path in the volume of a pod.</summary>
    public string Of(string pod, params ReadOnlySpan<string> parts) => Path.Combine([Directory.CreateDirectory(Path.Combine(_folder, pod)).FullName, .. parts]);

    /// <summary>Puts a file into the volume of a pod.</summary>
    public void Leave(string pod, string path, byte[] content)
    {
        var file = Of(pod, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllBytes(file, content);
    }

    /// <summary>Starts a container as its manifest says.</summary>
    public Process Start(string pod, JsonNode container)
    {
        Assert.Equal("/updraft", (string?)container["volumeMounts"]![0]!["mountPath"]);
        var process = Start(pod, [.. container["command"]!.AsArray().Select(part => ((string)part!).Replace("$$", "$", StringComparison.Ordinal))]);
        _containers.Add(process);
        return process;
    }

    /// <summary>Runs a program for a request that asks for it.</summary>
    public IResult Run(string pod, string container, string[] command) => new Connection(this, pod, container, command);

    private Process Start(string pod, string[] command)
    {
        var start = new ProcessStartInfo(command[0], command[1..].Select(part => part.Replace("/updraft", Of(pod), StringComparison.Ordinal)))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (Programs is not null) start.Environment["PATH"] = $"{Programs}:{Environment.GetEnvironmentVariable("PATH")}";
        return Process.Start(start)!;
    }

    private sealed class Connection(FakeExec exec, string pod, string container, string[] command) : IResult
    {
        private long _in;
        private long _out;

        public async Task ExecuteAsync(HttpContext context)
        {
            if (!context.WebSockets.WebSocketRequestedProtocols.Contains(Protocol))
            {
                context.Response.StatusCode = 403;
                return;
            }
            using var socket = await context.WebSockets.AcceptWebSocketAsync(Protocol);
            exec._calls.Enqueue((container, command[^1]));
            await SendAsync(socket, 1, default);
            if (exec.Broken is { } message)
            {
                exec.Broken = null;
                await SendAsync(socket, 3, Encoding.UTF8.GetBytes(new JsonObject { ["status"] = "Failure", ["reason"] = "InternalError", ["message"] = message }.ToJsonString()));
                return;
            }
            using var process = exec.Start(pod, command);
            var reading = ReadAsync(context, socket, process);
            var said = process.StandardError.ReadToEndAsync();
            await WriteAsync(context, socket, process.StandardOutput.BaseStream);
            await process.WaitForExitAsync();
            if (exec.CutEndOf is { } text && command[^1].Contains(text, StringComparison.Ordinal))
            {
                exec.CutEndOf = null;
                context.Abort();
            }
            try
            {
                await SendAsync(socket, 2, Encoding.UTF8.GetBytes(await said));
                await SendAsync(socket, 3, default);
                await SendAsync(socket, 3, Encoding.UTF8.GetBytes(EndOf(process.ExitCode).ToJsonString()));
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, default);
            }
            catch (Exception e) when (IsCut(e))
            {
            }
            await reading;
        }

        // As kubelets do it: the exit code is text, in a list of causes.
        private static JsonObject EndOf(int code) => code == 0
            ? new() { ["metadata"] = new JsonObject(), ["status"] = "Success" }
            : new()
            {
                ["metadata"] = new JsonObject(),
                ["status"] = "Failure",
                ["message"] = $"command terminated with non-zero exit code: exit status {code}",
                ["reason"] = "NonZeroExitCode",
                ["details"] = new JsonObject { ["causes"] = new JsonArray(new JsonObject { ["reason"] = "ExitCode", ["message"] = code.ToString(CultureInfo.InvariantCulture) }) },
            };

        private static bool IsCut(Exception e) => e is WebSocketException or IOException or OperationCanceledException or ObjectDisposedException;

        private async Task ReadAsync(HttpContext context, WebSocket socket, Process process)
        {
            var message = new byte[64 * 1024];
            var input = process.StandardInput.BaseStream;
            try
            {
                var isNew = true;
                while (await socket.ReceiveAsync(message, default) is { MessageType: WebSocketMessageType.Binary } part)
                {
                    Assert.True(!isNew || message[0] == 0, "messages to a program are of its channel 0");
                    var content = message.AsMemory(0, part.Count)[(isNew ? 1 : 0)..];
                    isNew = part.EndOfMessage;
                    await input.WriteAsync(content);
                    await input.FlushAsync();
                    if (!Passes(ref _in, content.Length, exec.CutInput)) continue;
                    exec.CutInput = null;
                    context.Abort();
                }
            }
            catch (Exception e) when (IsCut(e))
            {
            }
            try
            {
                input.Close();
            }
            catch (IOException)
            {
            }
        }

        private async Task WriteAsync(HttpContext context, WebSocket socket, Stream from)
        {
            var content = new byte[16 * 1024];
            while (await from.ReadAsync(content) is > 0 and var read)
            {
                try
                {
                    await SendAsync(socket, 1, content.AsMemory(0, read));
                }
                catch (Exception e) when (IsCut(e))
                {
                    continue; // As a runtime that nobody reads from.
                }
                if (!Passes(ref _out, read, exec.CutOutput)) continue;
                exec.CutOutput = null;
                context.Abort();
            }
        }

        private static bool Passes(ref long sum, int more, long? bound) => (sum += more) >= bound;

        private static async Task SendAsync(WebSocket socket, byte channel, ReadOnlyMemory<byte> content)
        {
            await socket.SendAsync(new[] { channel }, WebSocketMessageType.Binary, endOfMessage: content.IsEmpty, default);
            if (!content.IsEmpty) await socket.SendAsync(content, WebSocketMessageType.Binary, endOfMessage: true, default);
        }
    }
}
