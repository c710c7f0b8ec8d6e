using System.Diagnostics;
using Span = System.Diagnostics.Activity;
using SpanContext = System.Diagnostics.ActivityContext;

namespace Updraft.Orchestration;

/// <summary>The trace of whoever triggers, for all runs that are triggered within: read from the W3C <c>traceparent</c> of a request or a message.</summary>
public static class TriggerTrace
{
    private static readonly AsyncLocal<string?> Within = new();

    /// <summary>The <c>traceparent</c> of the present trigger; null for none.</summary>
    public static string? Current => Within.Value ?? (Span.Current is { IdFormat: ActivityIdFormat.W3C } activity ? activity.Id : null);

    /// <summary>What is triggered from now on, until it is disposed, is linked to a trace. Text that is no <c>traceparent</c> is passed over.</summary>
    /// <param name="traceparent">As in <c>00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01</c>; null for none.</param>
    public static IDisposable? Begin(string? traceparent)
    {
        if (traceparent is not { Length: 55 } || !SpanContext.TryParse(traceparent, null, out _)) return null;
        Within.Value = traceparent;
        return new End();
    }

    private sealed class End : IDisposable
    {
        public void Dispose() => Within.Value = null;
    }
}
