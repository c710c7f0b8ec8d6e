using System.Data;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Updraft.Infra.Tests.Docs;

/// <summary>The arithmetic of the capacity plan is right: each value is what its formula gives with the numbers above it.</summary>
public sealed partial class CapacityTests
{
    private const string Results = "| symbol | value | formula | what it is |";

    private static readonly Dictionary<string, double> Numbers = AzurePage.Table("| symbol | chain | map | what it is |").Concat(AzurePage.Table("| symbol | value | what it is |"))
        .ToDictionary(row => row[0].Trim('`'), row => double.Parse(row[1], CultureInfo.InvariantCulture), StringComparer.Ordinal);

    public static IEnumerable<object[]> Formulas => AzurePage.Rows.Where(row => row.Length == 4 && Tick().IsMatch(row[0]) && Tick().IsMatch(row[2])).Select(row => new object[] { row[0].Trim('`'), row[1], row[2].Trim('`') });

    [Theory]
    [MemberData(nameof(Formulas))]
    public void Value_OfEachFormula_IsWhatItGives(string symbol, string value, string formula)
    {
        var written = double.Parse(value, CultureInfo.InvariantCulture);
        var given = Of(formula);

        // As exact as it is written.
        var digits = value.Contains('.', StringComparison.Ordinal) ? value.Length - value.IndexOf('.', StringComparison.Ordinal) - 1 : 0;
        Assert.True(Math.Abs(given - written) <= 0.51 * Math.Pow(10, -digits), $"{symbol} = {formula} is {given}, and not {value}");
    }

    [Fact]
    public void Formulas_AreThere()
    {
        Assert.Contains(Results, AzurePage.Text, StringComparison.Ordinal);
        Assert.InRange(Formulas.Count(), 20, 50);
    }

    [Fact]
    public void Settings_OfTheHost_AreThoseOfHostJson()
    {
        var durable = System.Text.Json.JsonDocument.Parse(Repository.Read("host.json")).RootElement.GetProperty("extensions").GetProperty("durableTask");

        Assert.Equal((Numbers["c"], Numbers["h"]), (durable.GetProperty("maxConcurrentActivityFunctions").GetDouble(), durable.GetProperty("storageProvider").GetProperty("partitionCount").GetDouble()));
    }

    [Fact]
    public void Total_IsTheSumOfItsParts()
    {
        var values = Formulas.ToDictionary(row => (string)row[0], row => double.Parse((string)row[1], CultureInfo.InvariantCulture), StringComparer.Ordinal);

        Assert.Equal(values["F"], new[] { "Cw", "Cr", "Cg", "Ce", "Cy", "Cl", "Cs", "Cb" }.Sum(part => values[part]), 0.03);
    }

    private static double Of(string formula)
    {
        var numbers = Symbol().Replace(formula, match => Numbers[match.Value].ToString("0.0#########", CultureInfo.InvariantCulture));
        // Whole numbers would be divided as such.
        numbers = Whole().Replace(numbers, "$0.0");
        using var table = new DataTable { Locale = CultureInfo.InvariantCulture };
        return Convert.ToDouble(table.Compute(numbers, null), CultureInfo.InvariantCulture);
    }

    [GeneratedRegex("[A-Za-z]+")]
    private static partial Regex Symbol();

    [GeneratedRegex(@"(?<![\d.])\d+(?![\d.])")]
    private static partial Regex Whole();

    [GeneratedRegex("^`[^`]+`$")]
    private static partial Regex Tick();
}
