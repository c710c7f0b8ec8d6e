using System.Collections.Immutable;

namespace Updraft.Api.Tests;

public sealed class OtlpExportTests
{
    [Fact]
    public async Task Otlp_WhereAnEndpointIsSet_GetsMetricsAndSpans()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        var settings = ImmutableSortedDictionary.CreateRange<string, string>(StringComparer.Ordinal,
        [
            new("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.Url),
            new("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
            new("OTEL_EXPORTER_OTLP_HEADERS", "api-key=secret"),
            new("OTEL_SERVICE_NAME", "updraft-test"),
        ]);
        await using (var server = await ApiTestServer.StartAsync(options => options with { Otlp = settings }))
        {
            await server.PublishAsync("{name: otlp, tasks: {sent: {step: {}}}}");
            await server.SendAsync<RunAccepted>(HttpMethod.Post, "dags/otlp/runs", new TriggerPublished { Run = new RunGiven { RunId = "otlp" } });
            await server.EndAsync("otlp");
            await Scrape.OfAsync(server); // So that figures of documents have been read.
        }

        Assert.All(receiver.Received, each => Assert.Equal(("application/x-protobuf", "secret"), (each.ContentType, each.Key)));
        // Resource, attributes, value.
        Assert.Contains("updraft-test", receiver.TextsAt("/v1/metrics", 1, 1, 1, 2, 1));
        Assert.Contains("updraft-test", receiver.TextsAt("/v1/traces", 1, 1, 1, 2, 1));
        // Of each scope, the names.
        var metrics = receiver.TextsAt("/v1/metrics", 1, 2, 2, 1).ToList();
        Assert.Contains("updraft.runs.ended", metrics);
        Assert.Contains("updraft.task.lag", metrics);
        Assert.Contains("updraft.queue.messages", metrics);
        var spans = receiver.TextsAt("/v1/traces", 1, 2, 2, 5).ToList();
        Assert.Contains("trigger otlp", spans);
        Assert.Contains("sent", spans);
        Assert.Contains("run otlp", spans);
    }
}
