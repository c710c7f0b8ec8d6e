using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Cli;

/// <summary>What happens in a served folder, a line each: runs that start and end, and what is wrong.</summary>
internal sealed class ServeEvents : IDisposable
{
    private static readonly FrozenSet<string> Ends = new[] { RunStatus.Success, RunStatus.Failed, RunStatus.Cancelled }.Select(StateNames.Of).ToFrozenSet(StringComparer.Ordinal);

    private readonly Terminal _terminal;
    private readonly LocalHost _host;
    private readonly ConcurrentDictionary<string, string> _told = new(StringComparer.Ordinal);
    private readonly Lock _writing = new();

    public ServeEvents(Terminal terminal, LocalHost host)
    {
        (_terminal, _host) = (terminal, host);
        host.Notices.Noticed += Noticed;
        host.Services.Alerts.Raised += Raised;
        host.Troubled += Troubled;
    }

    /// <summary>Says something.</summary>
    public void Say(string line)
    {
        lock (_writing)
        {
            _terminal.Out.WriteLine($"{_terminal.Clock.GetUtcNow().ToString("yyyy-MM-dd HH:mm:ssZ", CultureInfo.InvariantCulture)}  {line}");
            _terminal.Out.Flush();
        }
    }

    /// <summary>Says what is wrong.</summary>
    public void Troubled(Exception e) => Say(e is UpdraftException failure ? $"{failure.Code}: {Printable.OfLog(failure.Message)}" : Printable.Of(e.Message));

    public void Dispose()
    {
        _host.Notices.Noticed -= Noticed;
        _host.Services.Alerts.Raised -= Raised;
        _host.Troubled -= Troubled;
    }

    private void Raised(Alert alert) => Say($"Alert {alert.Kind}: {Printable.Of(alert.Message)}");

    private void Noticed(string runId, ActorHead head)
    {
        if (!head.Body.TryGetProperty("status", out var status) || status.GetString() is not { } now) return;
        // An end is told when it is stored for good.
        if (head.Final) _told.TryRemove(runId, out _);
        else if (Ends.Contains(now) || _told.GetValueOrDefault(runId) == now) return;
        else _told[runId] = now;
        Say($"Run {Printable.Of(runId)} {now}{Details(head.Body)}");
    }

    private static string Details(JsonElement body)
    {
        var took = Time(body, "endedAt") - Time(body, "startedAt") is { } elapsed ? $" in {Elapsed.Format(elapsed)}" : "";
        return body.TryGetProperty("reason", out var reason) && reason.GetString() is { } why ? $"{took}: {Printable.Of(why)}" : took;
    }

    private static DateTime? Time(JsonElement body, string name) => body.TryGetProperty(name, out var time) && time.TryGetDateTime(out var at) ? at : null;
}
