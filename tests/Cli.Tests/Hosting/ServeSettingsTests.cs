using Updraft.Api;
using Updraft.Dags;

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
}
