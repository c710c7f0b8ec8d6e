namespace Updraft.Dags.Tests;

public sealed class NightlyExample : IDagSource
{
    public DagSpec Define()
    {
        var dag = new DagBuilder("nightly")
        {
            Description = "Trains a model per customer.",
            Schedule = new() { Cron = "30 2 * * *", TimeZone = "Europe/Paris" },
            MaxActiveRuns = 1,
        };
        var least = dag.Param("min_rows", 30, schema: new { type = "integer", minimum = 1 });

        var extract = dag.Shell("extract", "./extract.sh", env: new { MIN_ROWS = least }).Retries(3, TimeSpan.FromMinutes(1)).Pool("db");
        var perCustomer = dag.Group("per_customer").Map(extract, key: "{{ item.customer }}");
        var fit = perCustomer.Task("fit", "code", new { @class = "Fit", input = "{{ item }}" });
        var choose = perCustomer.Task("choose", "code", new { @class = "Choose", input = fit.Output }).Branch();
        var promote = perCustomer.Shell("promote", "./promote.sh");
        var hold = perCustomer.Shell("hold", "./hold.sh");
        var report = dag.Shell("report", "./report.sh").When(TriggerRule.AllDone);

        dag.Link(
            extract >> perCustomer >> report,
            fit >> choose >> [promote, hold]);
        return dag.Build();
    }
}
