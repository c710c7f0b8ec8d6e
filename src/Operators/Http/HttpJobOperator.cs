using System.ComponentModel;
using System.Net;
using System.Text.Json;
using Updraft.Dags;

namespace Updraft.Operators;

/// <summary>Submits work to a service over HTTP, and polls its status until it has ended.</summary>
[Operator("http_job")]
[Description("Submits work to a service over HTTP that answers at once, polls its status until it has ended, and hands its result over.")]
public sealed class HttpJobOperator : JobOperator<HttpJobFields>
{
    private const int MaxSaid = 200;
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    /// <inheritdoc/>
    public override async Task<JobSubmission> SubmitAsync(TaskContext context, HttpJobFields fields, CancellationToken stop)
    {
        var policy = fields.Policy;
        var calls = new HttpJobCalls(context, fields);
        var answer = await calls.SubmitAsync(stop);
        // Where the author names the job, a conflict says that it is there.
        var isThere = answer.Status is HttpStatusCode.Conflict && fields.StatusUrl?.Contains("{attempt}", StringComparison.Ordinal) == true;
        if ((int)answer.Status >= 400 && !isThere) throw new UpdraftException(OperatorErrors.Refused, $"{ServiceHttp.Shown(answer.Url)} answered {(int)answer.Status} to the submission");
        if (HttpJobPlace.Of(answer, fields, calls) is not { } place)
        {
            context.Log.WriteLine($"{ServiceHttp.Shown(answer.Url)} answered {(int)answer.Status}: done at once");
            return new JobSubmission("") { Ended = await ResultAsync(calls, answer, fields, stop) };
        }
        context.Log.WriteLine($"submitted{(place.Id is { } id ? $" as {id}" : "")}; its status is at {Shown(place.Url)}");
        if (answer.RetryAfter is { } wait && wait > policy.Interval) policy = policy with { Interval = Bounded(wait), MaxInterval = Bounded(wait) > policy.MaxInterval ? Bounded(wait) : policy.MaxInterval };
        return new JobSubmission(place.Url) { State = JsonSerializer.SerializeToElement(new Seen(place.Id, place.IsOperation, null)), Policy = policy };
    }

    /// <inheritdoc/>
    public override async Task<JobCheck> CheckAsync(TaskContext context, JobHandle job, HttpJobFields fields, CancellationToken stop)
    {
        var calls = new HttpJobCalls(context, fields);
        var before = SeenOf(job);
        var answer = await calls.LookAsync(job.ExternalId!, stop);
        if (answer.IsGone) return JobCheck.Vanished();
        var (phase, said) = Read(answer, fields, before);
        if (said != before.Said) context.Log.WriteLine($"its status is {said}");
        return phase switch
        {
            Phase.Running => JobCheck.Running(JsonSerializer.SerializeToElement(before with { Said = said })) with { NextCheckAfter = answer.RetryAfter is { } wait && wait > TimeSpan.Zero ? Bounded(wait) : null },
            Phase.Done => JobCheck.Ended(await ResultAsync(calls, answer, fields, stop)),
            _ => JobCheck.Ended(TaskOutcome.Failed($"the job at {Shown(job.ExternalId!)} ended as {said}{(answer.TextAt(fields.ErrorAt) is { } why ? ": " + why : "")}", OperatorErrors.RemoteFailed)),
        };
    }

    /// <inheritdoc/>
    public override async Task<bool> CancelAsync(TaskContext context, JobHandle job, HttpJobFields fields, CancellationToken stop)
    {
        var calls = new HttpJobCalls(context, fields);
        if (await PlaceAsync(calls, context, job, fields, stop) is not { } place) return true;
        var seen = new Seen(place.Id, place.IsOperation, null);
        if (await IsOverAsync()) return true;
        if (fields.Cancel is not { } cancel)
        {
            context.Log.WriteLine("the job cannot be cancelled: its end is waited for");
            return false;
        }
        await calls.CancelAsync(cancel, place.Url, place.Id, stop);
        return await IsOverAsync();

        async Task<bool> IsOverAsync()
        {
            var answer = await calls.LookAsync(place.Url, stop);
            return answer.IsGone || Read(answer, fields, seen).Phase is not Phase.Running;
        }
    }

    /// <summary>Where the job is that is to be cancelled; null when there is none, or nothing that leads to it.</summary>
    private static async Task<HttpJobPlace?> PlaceAsync(HttpJobCalls calls, TaskContext context, JobHandle job, HttpJobFields fields, CancellationToken stop)
    {
        if (job.ExternalId is { } known) return new HttpJobPlace(known, SeenOf(job).Id, SeenOf(job).Operation);
        if (fields.StatusUrl is { } written && !written.Contains("{id}", StringComparison.Ordinal)) return new HttpJobPlace(calls.UrlOf(written, null), null, IsOperation: false);
        // The header makes the service answer with the job that is there.
        if (fields is { Cancel: not null, IdempotencyHeader.Length: > 0 }) return await calls.SubmitAsync(stop) is { IsGone: false } answer ? HttpJobPlace.Of(answer, fields, calls) : null;
        context.Log.WriteLine("whether the service took the job is unknown, and nothing leads to it: it may be at work");
        return null;
    }

    private static (Phase Phase, string Said) Read(HttpJobAnswer answer, HttpJobFields fields, Seen seen)
    {
        var accepted = answer.Status is HttpStatusCode.Accepted;
        if ((fields.StatusAt ?? (seen.Operation ? "/status" : null)) is not { } pointer) return (accepted ? Phase.Running : Phase.Done, ((int)answer.Status).ToString(System.Globalization.CultureInfo.InvariantCulture));
        if (answer.TextAt(pointer) is not { } word)
        {
            return accepted ? (Phase.Running, "202") : throw new UpdraftException(OperatorErrors.RemoteUnclear, $"{ServiceHttp.Shown(answer.Url)} answered {(int)answer.Status} without a status at '{pointer}'");
        }
        var phase = fields.Done.Contains(word, StringComparer.OrdinalIgnoreCase) ? Phase.Done : fields.Failed.Contains(word, StringComparer.OrdinalIgnoreCase) ? Phase.Failed : Phase.Running;
        return (phase, word.Length <= MaxSaid ? word : word[..MaxSaid] + "…");
    }

    private static async Task<TaskOutcome> ResultAsync(HttpJobCalls calls, HttpJobAnswer answer, HttpJobFields fields, CancellationToken stop)
    {
        if (fields.ResultUrlAt is { } at)
        {
            if (answer.TextAt(at) is not { } url) return TaskOutcome.Failed($"the job is done, and its answer has no URL of a result at '{at}'", OperatorErrors.Output);
            answer = await calls.ResultAsync(answer, url, stop);
            if (answer.IsGone) return TaskOutcome.Failed($"the job is done, and its result is gone: {ServiceHttp.Shown(answer.Url)} answered {(int)answer.Status}", OperatorErrors.Output);
        }
        if (fields.Extract is not { } extract) return answer.Value is { } all ? TaskOutcome.Success(all) : TaskOutcome.Success();
        return JsonPointer.Find(answer.Value, extract) is { } value ? TaskOutcome.Success(value) : TaskOutcome.Failed($"the job is done, and its answer has nothing at '{extract}'", OperatorErrors.Output);
    }

    private static Seen SeenOf(JobHandle job) => job.State?.Deserialize<Seen>() ?? new Seen(null, false, null);

    private static TimeSpan Bounded(TimeSpan wait) => wait < LongestWait ? wait : LongestWait;

    private static string Shown(string url) => Uri.TryCreate(url, UriKind.Absolute, out var whole) ? ServiceHttp.Shown(whole) : url.Split('?')[0];

    private enum Phase
    {
        Running,
        Done,
        Failed,
    }

    /// <summary>What is known of the job.</summary>
    /// <param name="Id">Its id; null for none.</param>
    /// <param name="Operation">Whether it was named as an operation of Azure.</param>
    /// <param name="Said">The status at the last look; null before the first.</param>
    private sealed record Seen(string? Id, bool Operation, string? Said);
}
