using System.Text;
using System.Text.Json;
using Updraft.Orchestration;

namespace Updraft.Operators.Tests;

/// <summary>One attempt of a job, driven as its actor drives it: what is kept between two looks crosses as JSON.</summary>
internal sealed class JobCalls(TestAttempts attempts, AttemptRequest request)
{
    private const int MaxState = 2048;
    private JsonElement? _state;

    public string Name => ContainerJob.NameOf(request.AttemptId);

    public string? Id { get; private set; }

    public string Log => attempts.Blobs.TextOf(AttemptPaths.Log(request));

    public async Task<SubmittedJob> SubmitAsync()
    {
        var submitted = await attempts.CallAsync<SubmittedJob>(ActivityNames.SubmitJob, new SubmitJob(request));
        (Id, _state) = (submitted.ExternalId, submitted.State);
        return submitted;
    }

    /// <summary>A look whose result is stored.</summary>
    public async Task<CheckedJob> CheckAsync()
    {
        var look = await PeekAsync();
        _state = look.State ?? _state;
        Assert.True(Encoding.UTF8.GetByteCount(_state?.GetRawText() ?? "") <= MaxState, "what is kept is larger than 2 KB");
        return look;
    }

    /// <summary>A look whose result a crash loses.</summary>
    public Task<CheckedJob> PeekAsync() => attempts.CallAsync<CheckedJob>(ActivityNames.CheckJob, new CheckJob(request, Id!, _state));

    /// <summary>Looks until the attempt has ended, and that soon.</summary>
    public async Task<AttemptResult> EndAsync()
    {
        for (var look = 0; look < 10; look++)
        {
            if ((await CheckAsync()).Result is { } result) return result;
        }
        throw new Xunit.Sdk.XunitException("the attempt does not end");
    }

    public Task<CancelledJob> CancelAsync(bool knowsId = true) => attempts.CallAsync<CancelledJob>(ActivityNames.CancelJob, new CancelJob(request, knowsId ? Id : null, _state));
}
