namespace Updraft.Operators.Tests;

public sealed class PartitionSensorTests : IDisposable
{
    private readonly TestAttempts _attempts = new();
    private readonly string _lake;

    public PartitionSensorTests()
    {
        _attempts.With(new PartitionSensor());
        _lake = Path.Combine(_attempts.Folder, "lake");
    }

    public void Dispose() => _attempts.Dispose();

    [Fact]
    public async Task Folder_OfTheHost_HoldsOnceItHasData()
    {
        var with = new { path = _lake, table = "sales.orders", partition = "ds={{ ds }}", interval = "10s", deadline = "6h" };
        var none = await _attempts.PokeAsync("partition", with);
        Write("sales/orders/ds=2026-03-29/_temporary/part-0", "half");
        Write("sales/orders/ds=2026-03-29/.part-0.crc", "crc");
        Write("sales/orders/ds=2026-03-29/empty", "");
        var hidden = await _attempts.PokeAsync("partition", with);
        Write("sales/orders/ds=2026-03-29/hour=01/part-0", "data");

        var there = await _attempts.PokeAsync("partition", with);

        Assert.Equal((false, false, true), (none.Met, hidden.Met, there.Met));
        Assert.Equal((TimeSpan.FromSeconds(10), TimeSpan.FromHours(6)), (none.Policy!.Interval, none.Policy.Deadline));
        Assert.Equal("""{"table":"sales.orders","partition":"ds=2026-03-29"}""", there.Result!.Output!.Value!.Value.GetRawText());
    }

    [Fact]
    public async Task Marker_OfAPartition_SaysThatItIsWhole()
    {
        Write("orders/ds=2026-01-01/part-0", "data");
        Write("orders/ds=2026-01-02/_SUCCESS", "");

        var found = await _attempts.PokeManyAsync(
            new PartitionSensor(),
            new { path = _lake, table = "orders", partition = "ds=2026-01-01", marker = "_SUCCESS" },
            new { path = _lake, table = "orders", partition = "ds=2026-01-02", marker = "_SUCCESS" });

        Assert.Equal([false, true], found.Select(answer => answer is not null));
    }

    [Theory]
    [InlineData("ds=2026-01-01", "ds=2026-01-01")]
    [InlineData("ds=2026-01-01T00:00:00Z/region=a b", "ds=2026-01-01/region=a b")]
    [InlineData("at=2026-01-01T03:00:00Z", "at=2026-01-01T03%3A00%3A00Z")]
    [InlineData("path=a?b", "path=a%3Fb")]
    public void Name_OfAPartition_IsThatOfHive(string partition, string folder) => Assert.Equal(folder, PartitionName.Parse(partition).Folder);

    [Theory]
    [InlineData("{\"table\":\"orders\",\"partition\":\"2026-01-01\",\"path\":\"/lake\"}")]
    [InlineData("{\"table\":\"orders\",\"partition\":\"ds=\",\"path\":\"/lake\"}")]
    [InlineData("{\"table\":\"orders\",\"partition\":\"ds=1\"}")]
    [InlineData("{\"table\":\"orders\",\"partition\":\"ds=1\",\"path\":\"lake\"}")]
    [InlineData("{\"table\":\"../orders\",\"partition\":\"ds=1\",\"path\":\"/lake\"}")]
    [InlineData("{\"table\":\"\",\"partition\":\"ds=1\",\"path\":\"/lake\"}")]
    [InlineData("{\"table\":\"orders\",\"partition\":\"ds=1\",\"path\":\"/lake\",\"sql\":\"select 1\"}")]
    public async Task Fields_ThatMeanNothing_EndTheWait(string with) => Assert.Equal(OperatorErrors.Fields, (await _attempts.PokeAsync("partition", TestAttempts.Json(with))).Result?.Code);

    private void Write(string path, string text)
    {
        var file = new FileInfo(Path.Combine(_lake, path));
        file.Directory!.Create();
        File.WriteAllText(file.FullName, text);
    }
}

/// <summary>Partitions in blob storage, against the real Azurite.</summary>
[Collection(AzuriteTests.Name)]
public sealed class BlobPartitionTests : IDisposable
{
    private readonly TestAttempts _attempts = new();
    private readonly AzuriteServer _azurite;

    public BlobPartitionTests(AzuriteFixture azurite)
    {
        _azurite = azurite.Server;
        if (AzuriteServer.Missing is null) _attempts.Connections["lake"] = _azurite.ByKey();
    }

    public void Dispose() => _attempts.Dispose();

    [AzuriteFact]
    public async Task Partitions_OfManyTables_AreFoundTogether()
    {
        var container = await _azurite.ContainerAsync(
            "raw/orders/ds=2026-01-01/part-0", "raw/orders/ds=2026-01-02/_temporary/part-0", "raw/orders/ds=2026-01-03/hour=01/part-0", "raw/rates/ds=2026-01-01/part-0", "raw/rates/ds=2026-01-01/_SUCCESS",
            "raw/orders/ds=2026-01-05/at=03%3A00/part-0");
        object Of(string table, string partition, string? marker = null) => new { connection = "lake", container, path = "raw", table, partition, marker };

        var found = await _attempts.PokeManyAsync(
            new PartitionSensor(),
            Of("orders", "ds=2026-01-01"), Of("orders", "ds=2026-01-02"), Of("orders", "ds=2026-01-03"), Of("orders", "ds=2026-01-03/hour=01"), Of("orders", "ds=2026-01-03/hour=02"), Of("orders", "ds=2026-01-04"),
            Of("rates", "ds=2026-01-01", "_SUCCESS"), Of("orders", "ds=2026-01-01", "_SUCCESS"), Of("orders", "ds=2026-01-05/at=03:00"));

        Assert.Equal([true, false, true, true, false, false, true, false, true], found.Select(answer => answer is not null));
    }

    [Fact]
    public async Task Partitions_OfOneTableThatAreNotThere_CostOneCall()
    {
        await using var service = await FakeService.StartAsync();
        service.On("GET", "/c1", _ => Microsoft.AspNetCore.Http.Results.Text("<EnumerationResults><Blobs><BlobPrefix><Name>orders/ds=2026-01-02/</Name></BlobPrefix></Blobs><NextMarker /></EnumerationResults>", "application/xml"));
        _attempts.Connections["fake"] = new Connection { Url = service.Url };

        var found = await _attempts.PokeManyAsync(new PartitionSensor(), [.. Enumerable.Range(10, 90).Select(day => new { connection = "fake", container = "c1", table = "orders", partition = $"ds=2026-01-{day}" })]);

        Assert.All(found, Assert.Null);
        Assert.Equal("?restype=container&comp=list&prefix=orders%2Fds%3D2026-01-&maxresults=5000&delimiter=%2F", Assert.Single(service.Requests).Query);
    }
}
