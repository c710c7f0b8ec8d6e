using System.Collections.Concurrent;
using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Updraft.Api.Tests;

/// <summary>Metrics and traces sent where the host says.</summary>
public sealed class TelemetryExporterTests
{
    [Fact]
    public async Task Exporter_OfTheHost_GetsMetricsAndSpans_AndFiguresThatTheHostHasRead()
    {
        var sent = new Sent();
        await using (var server = await ApiTestServer.StartAsync(options => options with { Exporter = sent, ReadFiguresEvery = null }))
        {
            await server.PublishAsync("{name: told, tasks: {one: {step: {}}}}");
            await server.SendAsync<RunAccepted>(HttpMethod.Post, "dags/told/runs", new TriggerPublished { Run = new RunGiven { RunId = "told" } });
            await server.EndAsync("told");
            await UpdraftTelemetry.RefreshAsync(server.Pipeline, default);
        }

        Assert.Contains("updraft.runs.ended", sent.Metrics);
        Assert.Contains("updraft.queue.messages", sent.Metrics);
        Assert.Contains("run told", sent.Spans);
    }

    private sealed class Sent : ITelemetryExporter
    {
        public ConcurrentBag<string> Metrics { get; } = [];

        public ConcurrentBag<string> Spans { get; } = [];

        public void AddTo(MeterProviderBuilder metrics) => metrics.AddReader(new PeriodicExportingMetricReader(new To<OpenTelemetry.Metrics.Metric>(metric => Metrics.Add(metric.Name))));

        public void AddTo(TracerProviderBuilder traces) => traces.AddProcessor(new SimpleActivityExportProcessor(new To<Activity>(activity => Spans.Add(activity.DisplayName))));
    }

    private sealed class To<T>(Action<T> take) : BaseExporter<T>
        where T : class
    {
        public override ExportResult Export(in Batch<T> batch)
        {
            foreach (var each in batch) take(each);
            return ExportResult.Success;
        }
    }
}
