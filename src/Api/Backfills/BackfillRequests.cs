using Updraft.Orchestration;

namespace Updraft.Api;

/// <summary>Cancels a backfill: nothing new is begun.</summary>
/// <param name="Runs">Whether its runs under way are cancelled too. Default false.</param>
public sealed record BackfillCancel(bool Runs = false);

/// <summary>A backfill.</summary>
/// <param name="Backfill">How it stands.</param>
/// <param name="Driven">Whether a process drives it now.</param>
public sealed record BackfillAnswer(BackfillView Backfill, bool Driven);
