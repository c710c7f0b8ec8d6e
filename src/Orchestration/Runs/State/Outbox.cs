using System.Collections.Immutable;
using System.Text.Json;

namespace Updraft.Orchestration;

/// <summary>Calls that must be made whatever crashes: they stay in the document until they have returned, and are made again by each execution that finds them there.</summary>
internal sealed class Outbox
{
    private readonly SortedDictionary<string, OwedCall> _calls = new(StringComparer.Ordinal);

    /// <summary>Whether nothing is owed: only then an actor may end.</summary>
    public bool IsEmpty => _calls.Count == 0;

    /// <summary>Adds a call and makes it. One of the same key is owed already, and nothing changes.</summary>
    /// <param name="key">Names the call, and what it is about: begins with <c>e:</c>.</param>
    /// <param name="activity">The activity; the same call made twice must do no more than one.</param>
    /// <param name="input">Its input.</param>
    /// <param name="effects">Where it is asked for.</param>
    public void Owe(string key, string activity, object input, Effects effects)
    {
        var call = new OwedCall(key, activity, JsonSerializer.SerializeToElement(input, OrchestrationJson.Options));
        if (_calls.TryAdd(key, call)) Make(call, effects);
    }

    /// <summary>Makes all calls again that may have been lost with an execution.</summary>
    public void AskAgain(Effects effects)
    {
        foreach (var call in _calls.Values) Make(call, effects);
    }

    /// <summary>Whether a message is the outcome of such a call, which is then done. One that threw is made again: the loop has waited before.</summary>
    public bool Takes(Message message, Effects effects)
    {
        switch (message)
        {
            case Returned { Key: ['e', ':', ..] key }:
                _calls.Remove(key);
                return true;
            case Threw { Key: ['e', ':', ..] key }:
                if (_calls.TryGetValue(key, out var call)) Make(call, effects);
                return true;
            default:
                return false;
        }
    }

    public ImmutableArray<OwedCall>? Store() => IsEmpty ? null : [.. _calls.Values];

    public void Load(ImmutableArray<OwedCall>? stored)
    {
        foreach (var call in stored ?? []) _calls[call.Key] = call;
    }

    // What it tells of must be readable when it is told.
    private static void Make(OwedCall call, Effects effects) => effects.Call(call.Key, call.Activity, call.Input, afterPublish: true);
}

/// <summary>A call that has not returned yet.</summary>
public sealed record OwedCall(string Key, string Activity, JsonElement Input);
