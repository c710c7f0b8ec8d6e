using System.Collections.Immutable;
using System.Globalization;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Operators;

/// <summary>
/// One look of a watcher: ends the waits that are given up, looks at what is due in the name of one who waits for it, and tells all who wait for
/// what holds. Each is told before it is removed, and what lasts is remembered before anybody is told; so after a crash the next look goes on
/// where this one stopped, without looking again at what was seen to hold.
/// </summary>
internal sealed class ConditionLook(AttemptServices services, WaitBoard board, WatchConditions input, CancellationToken cancellation)
{
    /// <summary>Waits that one look ends at most; the next follows at once.</summary>
    private const int MostEnded = 2_000;

    private const int ToldAtOnce = 16;

    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(100);

    private readonly AttemptPreparation _preparation = new(services);
    private readonly OutputStore _outputs = new(services.Blobs, services.MaxOutputBytes);
    private readonly List<WatchedCondition> _conditions = [];
    private readonly List<(WatchedCondition Condition, PreparedAttempt<ISensorOperator> Attempt)> _prepared = [];
    private ImmutableArray<DateTimeOffset> _errors = input.Errors;
    private DateTimeOffset? _pokedAt = input.PokedAt;
    private long _pokes = input.Pokes;
    private string? _error;
    private int _ended;
    private bool _again;

    public async Task<WatchedConditions> RunAsync()
    {
        await SurveyAsync();
        if (_conditions.Exists(condition => condition.DueAt(input.PokedAt) <= board.Now)) await PokeAsync();
        var left = _conditions.Where(condition => condition.Count > 0).ToList();
        return new()
        {
            Waiters = left.Sum(condition => condition.Count), Conditions = left.Count, PokedAt = _again ? input.PokedAt : _pokedAt, Pokes = _pokes, Errors = _errors, Error = _error, NextAfter = NextAfter(left),
        };
    }

    /// <summary>Reads who waits for what, and ends the waits that are given up.</summary>
    private async Task SurveyAsync()
    {
        var now = board.Now;
        var progress = await board.ProgressAsync(input.Watcher, cancellation);
        var givenUp = new List<(string Condition, SharedWait Wait)>();
        await foreach (var (key, wait) in board.WaitersAsync(input.Watcher, null, cancellation))
        {
            if (WaitRules.GivesUpAt(wait) <= now && givenUp.Count < MostEnded)
            {
                givenUp.Add((key, wait));
                continue;
            }
            if (_conditions is not [.., var last] || last.Key != key) _conditions.Add(last = new(key, wait, progress.GetValueOrDefault(key) ?? new()));
            last.Add(wait, input.PokedAt ?? now, now);
        }
        foreach (var gone in progress.Keys.Except(_conditions.Select(condition => condition.Key), StringComparer.Ordinal)) await board.SetProgressAsync(input.Watcher, gone, null, cancellation);
        await ForAllAsync(givenUp, async each => await board.EndAsync(input.Watcher, each.Condition, each.Wait, WaitRules.GivenUp(each.Wait), cancellation));
        _again = givenUp.Count == MostEnded;
    }

    // ---- The look

    private async Task PokeAsync()
    {
        var began = board.Now;
        (_pokedAt, _pokes) = (began, _pokes + 1);
        try
        {
            foreach (var condition in _conditions.Where(condition => !(condition.Progress.NextAt > began)))
                if (await PrepareAsync(condition, began) is { } attempt) _prepared.Add((condition, attempt));
            if (_prepared.Count == 0) return;
            var answers = await AskAsync();
            _errors = answers is null ? _errors.AndNow(began) : [];
            foreach (var (index, (condition, attempt)) in _prepared.Index()) await AnswerAsync(condition, attempt, answers?[index], began);
        }
        finally
        {
            foreach (var (_, attempt) in _prepared) await attempt.DisposeAsync();
        }
    }

    /// <summary>The first who waits for the condition, made ready to look; null when there is no need to, or nobody can.</summary>
    private async Task<PreparedAttempt<ISensorOperator>?> PrepareAsync(WatchedCondition condition, DateTimeOffset began)
    {
        while (condition.Count > 0)
        {
            try
            {
                var attempt = await _preparation.PrepareAsync<ISensorOperator>(condition.First.Request.Attempt, cancellation);
                if (attempt.Operator.Memory is not SensorMemory.Lasting || !await IsKnownAsync(condition)) return attempt;
                await attempt.DisposeAsync();
                return null;
            }
            catch (UpdraftException e)
            {
                // What this one needs is not there, which says nothing about the others.
                await board.EndAsync(input.Watcher, condition.Key, condition.First, AttemptEnds.Of(e, Redactor.None), cancellation);
                await CountAsync(condition);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                await FailedAsync(condition, AttemptEnds.Clip(AttemptEnds.Message(e)), null, began);
                return null;
            }
        }
        return null;
    }

    /// <summary>Tells those for whom it counts that the condition held before. False when somebody is left who wants it looked at.</summary>
    private async Task<bool> IsKnownAsync(WatchedCondition condition)
    {
        if (await board.RecallAsync(condition.Key, cancellation) is not { } known) return false;
        var found = new FoundCondition(known.Result, known.Result.Output is { Blob: not null } large ? await _outputs.ReadAsync(large, cancellation) : null);
        await EndAllAsync(condition, wait => WaitRules.Counts(known, wait, board.Now) ? found : null);
        return condition.Count == 0 || _again;
    }

    /// <summary>What the backend says of each; null when it could not be asked.</summary>
    private async Task<IReadOnlyList<PokeAnswer>?> AskAsync()
    {
        var sensor = _prepared[0].Attempt.Operator;
        try
        {
            if (sensor is not IMultiSensor multi)
            {
                SensorMetrics.Looked(conditions: 1, _prepared[0].Condition.Count);
                return [await AskOneAsync(_prepared.Single())];
            }
            var answers = new List<PokeAnswer>();
            foreach (var chunk in _prepared.Chunk(multi.MaxTogether))
            {
                SensorMetrics.Looked(chunk.Length, chunk.Sum(each => each.Condition.Count));
                var found = await multi.PokeManyAsync([.. chunk.Select(each => new SensorPoke(each.Attempt.Context, each.Attempt.Fields, each.Condition.Progress.State))], cancellation);
                if (found.Count != chunk.Length) throw new InvalidOperationException($"operator '{sensor.Manifest.Name}' was asked about {chunk.Length} conditions, and gave {found.Count} answers");
                answers.AddRange(found);
            }
            return answers;
        }
        catch (Exception e) when (e is SkipTaskException or FailTaskException || AttemptEnds.IsForGood(e))
        {
            return [.. _prepared.Select(_ => PokeAnswer.Failed(e))];
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellation.IsCancellationRequested)
        {
            _error = Shown(e);
            foreach (var (condition, _) in _prepared) condition.RetryAfter = (e as ServiceException)?.RetryAfter;
            return null;
        }
    }

    private async Task<PokeAnswer> AskOneAsync((WatchedCondition Condition, PreparedAttempt<ISensorOperator> Attempt) one) =>
        PokeAnswer.Of(await one.Attempt.Operator.PokeAsync(one.Attempt.Context, one.Attempt.Fields, one.Condition.Progress.State, cancellation));

    private async Task AnswerAsync(WatchedCondition condition, PreparedAttempt<ISensorOperator> attempt, PokeAnswer? answer, DateTimeOffset began)
    {
        switch (answer)
        {
            case null:
                await FailedAsync(condition, _error!, condition.RetryAfter, null);
                break;
            case { Result: { IsMet: true } met }:
                await MetAsync(condition, attempt, met, began);
                break;
            case { Result: { } notYet }:
                await ProgressAsync(condition, new() { State = notYet.State ?? condition.Progress.State, NextAt = board.Now + notYet.NextPokeAfter });
                break;
            case { Error: { } e } when e is SkipTaskException or FailTaskException || AttemptEnds.IsForGood(e):
                await EndAllAsync(condition, new FoundCondition(AttemptEnds.Of(e, Redactor.None) with { Reason = Shown(e) }, null), began);
                break;
            case { Error: { } e }:
                await FailedAsync(condition, Shown(e), (e as ServiceException)?.RetryAfter, began);
                break;
        }
    }

    /// <summary>The condition holds: for all who waited as the look began, and where it lasts, for everyone.</summary>
    private async Task MetAsync(WatchedCondition condition, PreparedAttempt<ISensorOperator> attempt, PokeResult met, DateTimeOffset began)
    {
        var success = new AttemptResult { Outcome = AttemptOutcome.Success };
        try
        {
            if (attempt.Operator.Memory is SensorMemory.Lasting)
            {
                var stored = met.Value is { } output ? await _outputs.WriteAsync($"the output of '{condition.First.Request.Attempt.TaskId}'", sha256 => string.Create(CultureInfo.InvariantCulture, $"{WatcherPaths.Remembered(condition.Key)}{began.UtcTicks}-{sha256[..16]}.json/"), output, cancellation) : null;
                await board.RememberAsync(condition.Key, new(success with { Output = stored }, began), condition.First.Policy.RememberFor, cancellation);
            }
            await EndAllAsync(condition, new FoundCondition(success, met.Value), attempt.Operator.Memory is SensorMemory.Lasting ? DateTimeOffset.MaxValue : began);
        }
        catch (UpdraftException e) when (e.Code == OperatorErrors.Output)
        {
            await EndAllAsync(condition, new FoundCondition(AttemptEnds.Of(e, attempt.Redactor), null), began);
        }
    }

    /// <summary>The condition could not be looked at: those who do not tolerate that any more are told.</summary>
    private async Task FailedAsync(WatchedCondition condition, string error, TimeSpan? retryAfter, DateTimeOffset? own)
    {
        _error = error;
        var progress = condition.Progress with { Errors = own is { } at ? condition.Progress.Errors.AndNow(at) : condition.Progress.Errors, Error = error, NextAt = board.Now + retryAfter };
        await ProgressAsync(condition, progress);
        ImmutableArray<DateTimeOffset> errors = [.. _errors, .. progress.Errors];
        if (errors.Length <= condition.LeastTolerated) return;
        await EndAllAsync(condition, wait => WaitRules.Unreachable(wait, errors, error) is { } result ? new(result, null) : null);
    }

    /// <summary>What was thrown, without secrets: one of those that are looked at together may have connected for all.</summary>
    private string Shown(Exception thrown) => AttemptEnds.Clip(_prepared.Aggregate(AttemptEnds.Message(thrown), (text, each) => each.Attempt.Redactor.Redact(text)));

    // ---- What follows

    private async Task ProgressAsync(WatchedCondition condition, WaitProgress progress)
    {
        var (was, isNew) = (condition.Progress.IsEmpty, !progress.Same(condition.Progress));
        condition.Progress = progress;
        if (isNew && !(was && progress.IsEmpty)) await board.SetProgressAsync(input.Watcher, condition.Key, progress.IsEmpty ? null : progress, cancellation);
    }

    private Task EndAllAsync(WatchedCondition condition, FoundCondition found, DateTimeOffset waitedAt) => EndAllAsync(condition, wait => wait.Since <= waitedAt ? found : null);

    /// <summary>Tells those who wait for a condition, where there is something to tell them.</summary>
    private async Task EndAllAsync(WatchedCondition condition, Func<SharedWait, FoundCondition?> resultOf)
    {
        var ends = new List<(SharedWait Wait, FoundCondition Found)>();
        await foreach (var (_, wait) in board.WaitersAsync(input.Watcher, condition.Key, cancellation))
        {
            if (resultOf(wait) is not { } found) continue;
            if (_again |= _ended + ends.Count == MostEnded) break;
            ends.Add((wait, found));
        }
        await ForAllAsync(ends, async each => await board.EndAsync(input.Watcher, condition.Key, each.Wait, await each.Found.ForAsync(each.Wait, _outputs, cancellation), cancellation));
        _ended += ends.Count;
        await CountAsync(condition);
    }

    /// <summary>Counts anew who waits, after some have been told.</summary>
    private async Task CountAsync(WatchedCondition condition)
    {
        condition.Count = 0;
        await foreach (var (_, wait) in board.WaitersAsync(input.Watcher, condition.Key, cancellation))
            if (condition.Count++ == 0) condition.First = wait;
        if (condition.Count == 0) await ProgressAsync(condition, new());
    }

    private Task ForAllAsync<T>(IReadOnlyList<T> all, Func<T, ValueTask> act) =>
        Parallel.ForEachAsync(all, new ParallelOptions { MaxDegreeOfParallelism = ToldAtOnce, CancellationToken = cancellation }, async (each, _) => await act(each));

    private TimeSpan NextAfter(List<WatchedCondition> left)
    {
        if (_again || left.Count == 0) return TimeSpan.Zero;
        var now = board.Now;
        var next = left.Min(condition => condition.NextAt(_pokedAt ?? now, input.Watcher, _pokes, isPoked: _pokes > input.Pokes));
        return next - now > Soon ? next - now : Soon;
    }
}

/// <summary>A condition during a look: what those who wait for it want.</summary>
internal sealed class WatchedCondition(string key, SharedWait first, WaitProgress progress)
{
    private DateTimeOffset _oldest = first.Since;
    private DateTimeOffset? _givesUpAt;
    private TimeSpan _interval = TimeSpan.MaxValue;
    private TimeSpan _nextInterval = TimeSpan.MaxValue;

    public string Key => key;

    /// <summary>The one in whose name it is looked at.</summary>
    public SharedWait First { get; set; } = first;

    public WaitProgress Progress { get; set; } = progress;

    public int Count { get; set; }

    public int LeastTolerated { get; private set; } = int.MaxValue;

    public TimeSpan? RetryAfter { get; set; }

    public void Add(SharedWait wait, DateTimeOffset pokedAt, DateTimeOffset now)
    {
        Count++;
        if (wait.Since < _oldest) _oldest = wait.Since;
        if (WaitRules.GivesUpAt(wait) is { } at && !(at >= _givesUpAt)) _givesUpAt = at;
        _interval = Shorter(_interval, WaitRules.IntervalOf(wait, pokedAt));
        _nextInterval = Shorter(_nextInterval, WaitRules.IntervalOf(wait, now));
        LeastTolerated = Math.Min(LeastTolerated, wait.Policy.ErrorsTolerated);
    }

    /// <summary>When it is to be looked at, after a look at that time: at once when nobody waited then.</summary>
    public DateTimeOffset DueAt(DateTimeOffset? pokedAt) =>
        Progress.NextAt ?? (pokedAt is not { } last || _oldest > last ? DateTimeOffset.MinValue : last + _interval);

    /// <summary>When there is something to do for it again.</summary>
    public DateTimeOffset NextAt(DateTimeOffset pokedAt, ActorId watcher, long pokes, bool isPoked)
    {
        var next = Progress.NextAt ?? (!isPoked && _oldest > pokedAt ? DateTimeOffset.MinValue : pokedAt + WaitRules.WithJitter(isPoked ? _nextInterval : _interval, watcher, pokes));
        return _givesUpAt < next ? _givesUpAt.Value : next;
    }

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
