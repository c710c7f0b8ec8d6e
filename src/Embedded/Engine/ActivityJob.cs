using Updraft.Orchestration;

namespace Updraft.Embedded;

/// <summary>One run of an activity, from its being committed to its result.</summary>
internal sealed class ActivityJob(Engine engine, InstanceRow row, AskedActivity asked) : IThreadPoolWorkItem
{
    private Slots? _slots;
    private bool _isHere;
    private ActivityContext? _context;
    private Activity? _code;

    /// <summary>Starts the work, or queues it for a slot.</summary>
    public void Start(Lane lane)
    {
        if (!engine.Registry.TryGetActivity(asked.Name, out var code, out var weight))
        {
            Return(new ActivityThrew(asked.Seq, EngineErrors.UnknownActivity, $"no activity '{asked.Name}' is registered with this host"), here: false);
            return;
        }
        _code = code;
        _context = new(asked.Name, row.Id, Payload.Element(asked.Input) ?? default, engine.Stopping);
        try
        {
            var heaviness = weight(_context.Input);
            _isHere = heaviness is ActivityWeight.InProcess;
            _slots = lane.SlotsOf(heaviness);
        }
        catch (Exception exception)
        {
            Return(Threw(exception), here: false);
            return;
        }
        if (_slots is null || _slots.TryTake(this)) ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <inheritdoc/>
    public void Execute() => _ = RunAsync();

    private async Task RunAsync()
    {
        Received? result = null;
        try
        {
            if (!engine.Stopping.IsCancellationRequested)
            {
                engine.Faults.At(FaultPoint.ActivityStarting, asked.Name);
                result = _isHere ? await WorkHereAsync(new(row.N, row.Execution, asked.Seq)) : await WorkAsync();
                engine.Faults.At(FaultPoint.ActivityFinished, asked.Name);
            }
        }
        catch (SimulatedCrashException)
        {
            result = null;
        }
        catch (OperationCanceledException) when (engine.Stopping.IsCancellationRequested)
        {
            // It waited to be alone, and has not begun.
            result = null;
        }
        catch (SimulatedStorageFaultException)
        {
            // A lost answer of an activity: what it did is done, and nobody knows. The host would never know either, so it runs again.
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
            return;
        }
        if (_slots?.Release() is { } next) ThreadPool.UnsafeQueueUserWorkItem(next, preferLocal: false);
        Return(result, here: true);
    }

    /// <summary>Code of others in this process can kill it; what does so time after time is not run again.</summary>
    private async Task<Received> WorkHereAsync(WorkPiece piece)
    {
        if (engine.Suspects.IsGuilty(piece)) return new ActivityThrew(asked.Seq, RunErrors.KillsHost, Suspects.Why);
        using var alone = engine.Suspects.IsSuspect(piece) ? await engine.Suspects.BeAloneAsync(engine.Time, engine.Work, engine.Stopping) : null;
        var place = engine.AtWork.Begin(piece);
        void Forget() => engine.AtWork.End(Interlocked.Exchange(ref place, AtWork.Nowhere));
        if (alone is not null) alone.Outlived += Forget;
        try
        {
            return await WorkAsync();
        }
        finally
        {
            Forget();
        }
    }

    private async Task<Received> WorkAsync()
    {
        try
        {
            var result = await _code!(_context!);
            if (engine.Weak?.RunsTwice() == true) result = await _code(_context!);
            return Payload.TryWrite(result) is { } json
                ? new ActivityReturned(asked.Seq, json)
                : new ActivityThrew(asked.Seq, EngineErrors.PayloadTooLarge, Payload.TooLarge($"the result of activity '{asked.Name}'"));
        }
        catch (Exception exception) when (exception is not SimulatedCrashException)
        {
            return Threw(exception);
        }
    }

    private ActivityThrew Threw(Exception exception) =>
        new(asked.Seq, exception.GetType().FullName!, exception.Message);

    /// <summary>A result that came after the host was told to stop is dropped: the work runs again later.</summary>
    private void Return(Received? result, bool here)
    {
        if (result is not null && !engine.Stopping.IsCancellationRequested) engine.Send(row.Id, new Delivery(row.N, row.Execution, result), here);
        engine.ActivityEnded();
    }
}
