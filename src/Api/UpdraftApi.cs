using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Updraft.Operators;
using Updraft.Orchestration;

namespace Updraft.Api;

/// <summary>The one request pipeline, run by whatever host there is: <c>updraft serve</c> on Kestrel, or a function app.</summary>
public static class UpdraftApi
{
    /// <summary>What the paths of the API begin with.</summary>
    public const string Prefix = "/api/v1";

    /// <summary>The header that says who asks, percent-encoded, where whoever asks is trusted.</summary>
    public const string UserHeader = "X-Updraft-User";

    /// <summary>Adds what the pipeline needs.</summary>
    public static IServiceCollection AddUpdraftApi(this IServiceCollection services, RunServices runs, IApiHost host, ApiOptions options)
    {
        services.AddSingleton(runs).AddSingleton(host).AddSingleton(options).AddSingleton(options.Clock);
        services.AddSingleton(runs.Runs).AddSingleton(runs.Runs.Reader).AddSingleton(runs.Catalogue);
        services.AddSingleton(runs.Search).AddSingleton(new InstanceWalk(runs.Ports.State)).AddSingleton(new TaskTotals(runs.Ports.State));
        services.AddSingleton(new StatisticsReader(runs.Ports.State)).AddSingleton<EventStreams>().AddSingleton<RunStream>().AddSingleton<LogStream>().AddSingleton<FleetHub>().AddSingleton<FleetStream>();
        services.AddSingleton<RunFinder>().AddSingleton<DagFinder>().AddSingleton<BackfillFinder>().AddSingleton<TeamFinder>().AddSingleton<HealthCheck>().AddSingleton<BulkCommands>().AddSingleton<AirflowPlans>();
        services.AddSingleton(new ApiKeys(runs.Ports.State, options.Clock)).AddSingleton<SignInLimit>().AddSingleton<KeySignIn>();
        services.AddSingleton(runs.Audit).AddSingleton<RefusedSignIns>();
        services.AddSingleton(provider => new Teams(runs.Ports.State, provider.GetRequiredService<ApiKeys>(), runs.Catalogue, options.Clock));
        services.AddSingleton(runs.Pools).AddSingleton(runs.Queue).AddSingleton(runs.Events).AddSingleton(runs.Approvals).AddSingleton(runs.Datasets);
        services.AddSingleton(runs.Variables).AddSingleton(runs.StoredVariables).AddSingleton(runs.Connections).AddSingleton(runs.OpenConditions).AddSingleton(runs.Alerts).AddSingleton(runs.Packages);
        services.AddUpdraftMetrics(host, options);
        services.AddRouting();
        services.AddOpenApiDocument();
        services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        services.ConfigureHttpJsonOptions(json => ApiJson.Configure(json.SerializerOptions));
        services.AddAuthentication(SignIn.Scheme).AddScheme<AuthenticationSchemeOptions, SignIn>(SignIn.Scheme, null);
        services.AddSingleton<IAuthorizationHandler, RoleCheck>();
        // A route that declares nothing is closed to everybody.
        services.AddAuthorization(authorization => authorization.FallbackPolicy = new AuthorizationPolicyBuilder().RequireAssertion(_ => false).Build());
        return services;
    }

    /// <summary>Puts the pipeline together.</summary>
    public static IApplicationBuilder UseUpdraftApi(this IApplicationBuilder app)
    {
        app.ApplicationServices.UseUpdraftMetrics();
        app.UseMiddleware<HttpMetrics>();
        app.UseMiddleware<TriggeringRequest>();
        app.UseMiddleware<SecurityHeaders>();
        app.UseMiddleware<ProblemAnswers>();
        app.UseRouting();
        app.UseMiddleware<PathNames>();
        app.UseMiddleware<BodyLimit>();
        app.UseAuthentication();
        app.UseMiddleware<Auditing>();
        app.UseAuthorization();
        app.UseMiddleware<IdempotentRequests>();
        return app.UseEndpoints(Map);
    }

    private static void Map(IEndpointRouteBuilder endpoints)
    {
        var api = endpoints.MapGroup(Prefix);
        DagEndpoints.Map(api);
        RunEndpoints.Map(api);
        RunListEndpoints.Map(api);
        RunTaskEndpoints.Map(api);
        RunContentEndpoints.Map(api);
        StreamEndpoints.Map(api);
        StatisticsEndpoints.Map(api);
        RunCommandEndpoints.Map(api);
        CostEndpoints.Map(api);
        MetricsEndpoint.Map(endpoints, endpoints.ServiceProvider.GetRequiredService<ApiOptions>());
        KeyEndpoints.Map(api);
        TeamEndpoints.Map(api);
        AuditEndpoints.Map(api);
        WhoAmI.Map(api);
        BulkEndpoints.Map(api);
        BackfillEndpoints.Map(api);
        ScheduleEndpoints.Map(api);
        PoolEndpoints.Map(api);
        QueueEndpoints.Map(api);
        EventEndpoints.Map(api);
        ApprovalEndpoints.Map(api);
        DatasetEndpoints.Map(api);
        VariableEndpoints.Map(api);
        ConnectionEndpoints.Map(api);
        WaitEndpoints.Map(api);
        AlertEndpoints.Map(api);
        PackageEndpoints.Map(api);
        HealthEndpoints.Map(endpoints, api);
        HostEndpoints.Map(api);
        OpenApiDocuments.Map(endpoints);
        api.MapFallback(ApiErrors.NoRoute).Open();
        AirflowApi.Map(endpoints);
    }
}
