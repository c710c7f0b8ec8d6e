using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Updraft.Operators;
using Updraft.Orchestration;

namespace Updraft.Api;

/// <summary>What a client asks, and what answers it: the same finders and services as those of the API's own form.</summary>
internal sealed class AirflowCall(HttpContext context)
{
    /// <summary>In place of the id of a DAG or run: all of them.</summary>
    public const string All = "~";

    public Access Access { get; } = Access.Of(context);

    /// <summary>The query.</summary>
    public AirflowParameters Query { get; } = AirflowParameters.Of(context.Request.Query);

    public RunServices Services { get; } = context.RequestServices.GetRequiredService<RunServices>();

    public RunSearch Search { get; } = context.RequestServices.GetRequiredService<RunSearch>();

    public AirflowPlans Plans { get; } = context.RequestServices.GetRequiredService<AirflowPlans>();

    public IApiHost Host { get; } = context.RequestServices.GetRequiredService<IApiHost>();

    public TimeProvider Clock { get; } = context.RequestServices.GetRequiredService<TimeProvider>();

    public HttpContext Http => context;

    public CancellationToken Cancellation => context.RequestAborted;

    /// <summary>For parameters of endpoints.</summary>
    public static ValueTask<AirflowCall?> BindAsync(HttpContext context) => ValueTask.FromResult<AirflowCall?>(new(context));

    /// <summary>A published DAG.</summary>
    public Task<PublishedDag> DagAsync(string dagId, Role role) => context.RequestServices.GetRequiredService<DagFinder>().GetAsync(dagId, Access, role, Cancellation);

    /// <summary>A run of a DAG, or with <see cref="All"/> of whichever.</summary>
    public async Task<RunView> RunAsync(string dagId, string runId, Role role)
    {
        var runs = context.RequestServices.GetRequiredService<RunFinder>();
        var run = await runs.GetAsync(runId, Access, Role.Viewer, Cancellation);
        if (dagId is not All && run.Request.Dag != dagId) throw await runs.NoRunAsync(runId, Access, Cancellation);
        Access.Demand(role, run.Request.Team);
        return run;
    }

    /// <summary>The body, of its schema.</summary>
    /// <exception cref="AirflowRefusal">It does not fit.</exception>
    public async Task<T> BodyAsync<T>()
    {
        try
        {
            return await JsonSerializer.DeserializeAsync<T>(context.Request.Body, AirflowJson.Options, Cancellation) ?? throw new AirflowRefusal(["body"], "the body is null");
        }
        catch (JsonException e)
        {
            throw new AirflowRefusal(["body", .. (e.Path ?? "").TrimStart('$', '.').Split('.', StringSplitOptions.RemoveEmptyEntries)], $"the body is not what is expected: {e.Message}", e);
        }
    }

    /// <summary>The body of a list.</summary>
    public async Task<AirflowParameters> ListBodyAsync() => AirflowParameters.Of(await BodyAsync<JsonElement>());
}
