using Updraft.Dags;
using Updraft.Operators;

namespace NightlySales;

/// <summary>
/// Adds up the day's sales of every shop. The whole DAG is in C#: a group per shop, retries of tills that are away, a branch for days that look
/// wrong, and a workspace that is cleaned up whatever happens.
/// </summary>
public sealed class NightlySales : IDagSource
{
    /// <inheritdoc/>
    public DagSpec Define()
    {
        var dag = new DagBuilder("nightly-sales") { Description = "Adds up the day's sales of every shop.", RunTimeout = TimeSpan.FromMinutes(10) };
        var shops = dag.Param("shops", new[] { "lisbon", "oslo", "turin" }, new { type = "array", minItems = 1, items = new { type = "string" } }, "Which shops.");
        var least = dag.Param("least", 100, new { type = "integer", minimum = 0 }, "Sales below which a person looks at a shop's day.");

        var open = dag.Code("open_workspace", Workspace.Open).AsSetup();
        var perShop = dag.Group("shop", shop =>
        {
            var input = new { folder = open.Output, shop = "{{ item }}", @try = "{{ task.try }}" };
            var fetch = shop.Code("fetch", Till.Fetch, input).Retries(3, delay: TimeSpan.FromMilliseconds(200), backoff: 2).Timeout(TimeSpan.FromMinutes(1));
            var add = shop.Code("add", Till.Add, input);
            var judge = shop.Code("judge", Till.Judge, new { total = add.Output, least }).Branch();
            var accept = shop.Code("accept", Till.Accept, new { shop = "{{ item }}", total = add.Output });
            var review = shop.Code("review", Till.Review, new { shop = "{{ item }}", total = add.Output });
            dag.Link(fetch >> add >> judge >> dag.All(accept, review));
        }).Map(shops, key: "{{ item }}").Retries(1);
        var report = dag.Code("report", Report.Write, new { accepted = "{{ tasks.shop.accept.outputs }}", reviewed = "{{ tasks.shop.review.outputs }}" })
            .When(TriggerRule.NoneFailedMinOneSuccess);
        var close = dag.Code("close_workspace", Workspace.Close, open.Output).AsTeardown(of: open);

        dag.Link(open >> perShop >> report >> close);
        return dag.Build();
    }
}
