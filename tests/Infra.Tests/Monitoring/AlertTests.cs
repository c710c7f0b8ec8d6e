using System.Xml;
using Updraft.Infra.Tests.Bicep;

namespace Updraft.Infra.Tests.Monitoring;

/// <summary>The alerts that a person needs are there, and each looks at what its query gives.</summary>
public sealed class AlertTests
{
    private static readonly BicepFile Alerts = BicepFile.Named("infra/monitor/alerts.bicep");

    private static IReadOnlyList<ObjectNode> Rules { get; } = [.. ((ListNode)Alerts.Find("rules")!.Value!).Items.Cast<ObjectNode>()];

    private static IEnumerable<Statement> MetricAlerts => Alerts.Resources.Where(resource => resource.Type.StartsWith("Microsoft.Insights/metricAlerts@", StringComparison.Ordinal));

    [Fact]
    public void Alerts_AreAllThatWereAskedFor()
    {
        var names = Rules.Select(rule => Text(rule, "name")).Concat(MetricAlerts.Select(alert => string.Concat(((TextNode)alert.Body!["name"]!).Pieces.OfType<string>()).TrimStart('-'))).Order(StringComparer.Ordinal);

        Assert.Equal(["dead-letters", "deadline-missed", "heartbeat-lost", "queue-old", "queue-stuck", "runs-failed", "set-aside", "storage-failing", "task-lag"], names);
    }

    [Fact]
    public void Rules_LookAtColumnsOfTheirQueries() =>
        Assert.All(Rules, rule =>
        {
            var query = QueryOf(rule);
            Assert.Contains("Value", query.Named);
            Assert.Contains(Text(rule, "by"), query.Named);
        });

    [Fact]
    public void Rules_AreLookedAtNoLessOftenThanTheirWindow() =>
        Assert.All(Rules, rule =>
        {
            var (window, often) = (XmlConvert.ToTimeSpan(Text(rule, "window")), XmlConvert.ToTimeSpan(Text(rule, "often")));
            // What Azure takes as a frequency; nothing may fall between two looks.
            Assert.Contains(often.TotalMinutes, new[] { 1.0, 5, 10, 15, 30, 60 });
            Assert.InRange(often, TimeSpan.FromMinutes(1), window);
        });

    [Fact]
    public void HeartbeatLost_SaysSoAlsoWhereNothingIsSent()
    {
        var rule = Rules.Single(rule => Text(rule, "name") == "heartbeat-lost");
        var text = QueryOf(rule).Text;

        // It begins with the lanes that are wanted, which the template puts in, and not with what has come.
        Assert.StartsWith("let lanes = dynamic([\"default\"]);\nprint Lane = lanes", text, StringComparison.Ordinal);
        Assert.Contains("kind=leftouter", text, StringComparison.Ordinal);
        Assert.Contains($"ago({XmlConvert.ToTimeSpan(Text(rule, "window")).TotalMinutes}m)", text, StringComparison.Ordinal);
        var put = Assert.IsType<Call>(rule["query"]);
        Assert.Equal("dynamic([\"default\"])", ((TextNode)put.Arguments[1]).Plain);
        Assert.Contains(new NameNode("lanes"), put.Arguments[2].All());
    }

    [Fact]
    public void MetricAlerts_AreOfServiceBusAndItsMetrics()
    {
        var metrics = MetricAlerts.SelectMany(alert => Properties.Of(alert.Body!)).Where(property => property.Path == "properties.criteria.allOf.metricName").Select(property => ((TextNode)property.Value).Plain).ToList();

        Assert.Equal(["DeadletteredMessages", "ActiveMessages"], metrics);
        Assert.All(MetricAlerts, alert => Assert.Contains(new NameNode("messagesId"), alert.Body!.All()));
    }

    [Fact]
    public void Alerts_AreTold() =>
        Assert.All(Alerts.Resources.Where(resource => resource.Name != "people"), alert => Assert.Contains(new Member(new NameNode("people"), "id"), alert.Body!.All()));

    private static Query QueryOf(ObjectNode rule)
    {
        var load = rule["query"]!.All().OfType<Call>().Single(call => call.Function == "loadTextContent");
        return Queries.All[Path.GetFileNameWithoutExtension(((TextNode)load.Arguments[0]).Plain!)];
    }

    private static string Text(ObjectNode rule, string name) => ((TextNode)rule[name]!).Plain!;
}
