using System.Text.Json;
using Microsoft.DurableTask;

namespace Updraft.FunctionApp.Tests;

/// <summary>What a task hub stores of an execution, as Durable Task does: what came, and what the code asked for.</summary>
internal abstract record HistoryEvent;

/// <summary>A turn begins; its time is that of all that it replays.</summary>
internal sealed record TurnBegan(DateTime At) : HistoryEvent;

/// <summary>A turn has ended.</summary>
internal sealed record TurnEnded : HistoryEvent;

/// <summary>The execution begins.</summary>
internal sealed record ExecutionStarted(string? Input) : HistoryEvent;

/// <summary>What the code asks for, numbered in the order in which it does.</summary>
internal abstract record Asked(int Id) : HistoryEvent;

/// <summary>An activity.</summary>
internal sealed record TaskScheduled(int Id, string Name, string Input) : Asked(Id);

/// <summary>A timer.</summary>
internal sealed record TimerCreated(int Id, DateTime FireAt) : Asked(Id);

/// <summary>An activity returned.</summary>
internal sealed record TaskCompleted(int Id, JsonElement Result, int Bytes) : HistoryEvent;

/// <summary>An activity threw.</summary>
internal sealed record TaskFailed(int Id, TaskFailureDetails Details) : HistoryEvent;

/// <summary>A timer fired, cancelled or not.</summary>
internal sealed record TimerFired(int Id) : HistoryEvent;

/// <summary>Somebody sent an event.</summary>
internal sealed record EventRaised(string Name, string Input) : HistoryEvent;
