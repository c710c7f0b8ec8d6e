namespace Updraft.Embedded;

/// <summary>
/// What was at work when the host died, time after time. What was at work at two deaths in a row runs alone among its like, so that a third
/// death tells which of them the host dies of; that one is not run again.
/// </summary>
internal sealed class Suspects
{
    private const int Alone = 2, Guilty = 3;

    private readonly Dictionary<WorkPiece, int> _deaths;

    private Suspects(Dictionary<WorkPiece, int> deaths) => _deaths = deaths;

    /// <summary>Why something is not run again.</summary>
    public const string Why = "the host died three times in a row while it was at work";

    private readonly Lock _lock = new();
    private readonly Queue<TaskCompletionSource> _waiting = new();
    private bool _taken;

    /// <summary>Counts one more death for what was at work, and forgets all else.</summary>
    public static Suspects Count(SqliteDb db, IReadOnlyList<WorkPiece> left)
    {
        var before = Read(db);
        if (before.Count == 0 && left.Count == 0) return new([]);
        var deaths = left.Distinct().ToDictionary(piece => piece, piece => before.GetValueOrDefault(piece) + 1);
        db.Execute("BEGIN IMMEDIATE");
        db.Execute("DELETE FROM deaths");
        foreach (var (piece, count) in deaths)
            db.Query("INSERT INTO deaths (n, execution, seq, count) VALUES (?,?,?,?)").Bind(1, piece.N).Bind(2, (long)piece.Execution).Bind(3, (long)piece.Seq).Bind(4, (long)count).Run();
        db.Execute("COMMIT");
        return new(deaths);
    }

    /// <summary>Whether the host dies of it.</summary>
    public bool IsGuilty(WorkPiece piece) => _deaths.Count > 0 && _deaths.GetValueOrDefault(piece) >= Guilty;

    /// <summary>Whether the host may die of it, so that it must be alone among its like.</summary>
    public bool IsSuspect(WorkPiece piece) => _deaths.Count > 0 && _deaths.GetValueOrDefault(piece) == Alone;

    /// <summary>Waits for the turn of a suspect. Whoever waits is not at work: the one that is waited for may itself wait for the clock.</summary>
    /// <exception cref="OperationCanceledException">The host stops.</exception>
    public async Task<AloneTurn> BeAloneAsync(TimeProvider time, WorkCount work, CancellationToken stop)
    {
        if (Enqueue() is { } turn)
        {
            await using var stopping = stop.UnsafeRegister(_ => Wake(() => turn.TrySetCanceled(stop), work), null);
            work.Done();
            await turn.Task;
        }
        return new AloneTurn(time, () => OthersWait, () => LetNext(work));
    }

    private bool OthersWait
    {
        get
        {
            lock (_lock) return _waiting.Any(turn => !turn.Task.IsCompleted);
        }
    }

    /// <summary>Takes the turn, and returns null; or what completes when it comes.</summary>
    private TaskCompletionSource? Enqueue()
    {
        lock (_lock)
        {
            if (!_taken)
            {
                _taken = true;
                return null;
            }
            var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Enqueue(turn);
            return turn;
        }
    }

    private void LetNext(WorkCount work)
    {
        while (true)
        {
            TaskCompletionSource? next;
            lock (_lock)
            {
                if (!_waiting.TryDequeue(out next))
                {
                    _taken = false;
                    return;
                }
            }
            if (Wake(next.TrySetResult, work)) return;
        }
    }

    /// <summary>It is at work before it knows, so that there is no moment at which nothing seems to be.</summary>
    private static bool Wake(Func<bool> wake, WorkCount work)
    {
        work.Add();
        if (wake()) return true;
        work.Done();
        return false;
    }

    private static Dictionary<WorkPiece, int> Read(SqliteDb db)
    {
        using var query = db.Query("SELECT n, execution, seq, count FROM deaths");
        var found = new Dictionary<WorkPiece, int>();
        while (query.Step()) found[new(query.Long(0), (int)query.Long(1), (int)query.Long(2))] = (int)query.Long(3);
        return found;
    }
}
