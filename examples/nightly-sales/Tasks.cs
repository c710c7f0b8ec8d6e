using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Updraft.Operators;

namespace NightlySales;

/// <summary>A folder for the files of a run, which the teardown deletes.</summary>
internal static class Workspace
{
    /// <summary>Makes it; its name depends on the run alone, so that a second execution finds the first one's.</summary>
    public static string Open(TaskContext context)
    {
        var name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(context.Run.RunId)))[..16];
        return Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), $"nightly-sales-{name}")).FullName;
    }

    /// <summary>Deletes it.</summary>
    public static void Close(string folder)
    {
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
    }
}

/// <summary>What is done for one shop.</summary>
internal static class Till
{
    /// <param name="Folder">The workspace.</param>
    /// <param name="Shop">The shop.</param>
    /// <param name="Try">The try, from 1.</param>
    public sealed record Day(string Folder, string Shop, int Try);

    /// <summary>Fetches the receipts. Shops with an o in their name have a till that answers at the second call only.</summary>
    public static void Fetch(Day day, TaskContext context)
    {
        if (day.Try == 1 && day.Shop.Contains('o', StringComparison.Ordinal)) throw new IOException($"the till of {day.Shop} does not answer");
        var receipts = Enumerable.Range(0, 5).Select(i => (day.Shop.Length * (i + 1)).ToString(CultureInfo.InvariantCulture));
        File.WriteAllLines(Path.Combine(day.Folder, day.Shop + ".txt"), receipts);
        context.Log.WriteLine($"fetched the receipts of {day.Shop}");
    }

    /// <summary>Adds them up.</summary>
    public static int Add(Day day) => File.ReadLines(Path.Combine(day.Folder, day.Shop + ".txt")).Sum(line => int.Parse(line, CultureInfo.InvariantCulture));

    /// <param name="Total">The day's sales.</param>
    /// <param name="Least">Sales below which a person looks at them.</param>
    public sealed record Judgement(int Total, int Least);

    /// <summary>The branch.</summary>
    public static string Judge(Judgement judgement) => judgement.Total >= judgement.Least ? "accept" : "review";

    /// <param name="Shop">The shop.</param>
    /// <param name="Total">The day's sales.</param>
    public sealed record Sales(string Shop, int Total);

    /// <summary>Takes the day as it is.</summary>
    public static Sales Accept(Sales sales) => sales;

    /// <summary>Puts the day before a person.</summary>
    public static Sales Review(Sales sales, TaskContext context)
    {
        context.Log.WriteLine($"{sales.Shop} sold for {sales.Total} only");
        return sales;
    }
}

/// <summary>What is left of the night.</summary>
internal static class Report
{
    /// <param name="Accepted">Shops whose day was taken.</param>
    /// <param name="Reviewed">Shops whose day a person looks at.</param>
    public sealed record Night(IReadOnlyList<Till.Sales> Accepted, IReadOnlyList<Till.Sales> Reviewed);

    /// <summary>Writes the report and hands over the total.</summary>
    public static async Task<int> Write(Night night, TaskContext context, CancellationToken stop)
    {
        var lines = night.Accepted.Select(sales => $"- {sales.Shop}: {sales.Total}").Concat(night.Reviewed.Select(sales => $"- {sales.Shop}: {sales.Total}, to be looked at"));
        await context.Files.WriteTextAsync("report.md", "# Sales\n\n" + string.Join('\n', lines.Order(StringComparer.Ordinal)) + "\n", stop);
        return night.Accepted.Concat(night.Reviewed).Sum(sales => sales.Total);
    }
}
