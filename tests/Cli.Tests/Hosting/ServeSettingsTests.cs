using Updraft.Api;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Cli.Tests;

public sealed class ServeSettingsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("updraft-prices-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void PricesOf_FolderWithout_AreTheExamples() => Assert.Equal(new CostPrices(), ServeSettings.PricesOf(_folder));

    [Fact]
    public void PricesOf_FolderWithSome_AreThose()
    {
        File.WriteAllText(Path.Combine(_folder, "prices.json"), """{"currency": "EUR", "millionActions": 1.5}""");

        Assert.Equal(new CostPrices { Currency = "EUR", MillionActions = 1.5 }, ServeSettings.PricesOf(_folder));
    }

    [Theory]
    [InlineData("{")]
    [InlineData("""{"millionAction": 1}""")]
    public void PricesOf_FileThatCannotBeRead_SaysWhich(string text)
    {
        var file = Path.Combine(_folder, "prices.json");
        File.WriteAllText(file, text);

        var refused = Assert.Throws<UpdraftException>(() => ServeSettings.PricesOf(_folder));

        Assert.Equal(ApiErrors.PricesRefused, refused.Code);
        Assert.Contains(file, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void RetentionOf_FolderWithout_IsTheDefault() => Assert.Equal(new RetentionPolicy(), ServeSettings.RetentionOf(_folder));

    [Fact]
    public void RetentionOf_FolderWithSome_IsThat()
    {
        File.WriteAllText(Path.Combine(_folder, "retention.json"), """{"runs": "180d", "logs": "1d12h", "maxRuns": 5000}""");

        Assert.Equal(new RetentionPolicy { Runs = TimeSpan.FromDays(180), Logs = TimeSpan.FromHours(36), MaxRuns = 5000 }, ServeSettings.RetentionOf(_folder));
    }

    [Theory]
    [InlineData("{", "JSON")]
    [InlineData("""{"run": "1d"}""", "run")]
    [InlineData("""{"runs": "soon"}""", "30d")]
    [InlineData("""{"runs": 30}""", "30d")]
    [InlineData("""{"maxRuns": 0}""", "maxRuns")]
    [InlineData("""{"unusedVersions": "1d"}""", "unusedVersions")]
    public void RetentionOf_FileThatCannotBeKeptTo_SaysWhichAndWhy(string text, string why)
    {
        var file = Path.Combine(_folder, "retention.json");
        File.WriteAllText(file, text);

        var refused = Assert.Throws<UpdraftException>(() => ServeSettings.RetentionOf(_folder));

        Assert.Equal(RetentionErrors.PolicyRefused, refused.Code);
        Assert.Contains(file, refused.Message, StringComparison.Ordinal);
        Assert.Contains(why, refused.Message, StringComparison.Ordinal);
    }
}
