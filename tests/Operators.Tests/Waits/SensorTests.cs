using Microsoft.AspNetCore.Http;
using Updraft.Orchestration;

namespace Updraft.Operators.Tests;

public sealed class SensorTests : IDisposable
{
    private readonly TestAttempts _attempts = new();
    private readonly ManualTime _time = new();

    public void Dispose() => _attempts.Dispose();

    [Theory]
    [InlineData("{{ data_interval.end }}", 0)]
    [InlineData("2026-03-29T03:00:00+02:00", 0)]
    public async Task Time_AtAnInstant_HoldsFromThenOn(string at, int after)
    {
        _time.Now = _attempts.Run.DataIntervalEnd.AddMinutes(-10);
        var task = Sensor("time", new { at });
        var early = await PokeAsync(task);
        _time.Now += TimeSpan.FromMinutes(10 + after);

        Assert.Equal((false, TimeSpan.FromMinutes(10)), (early.Met, early.NextPokeAfter));
        Assert.True((await PokeAsync(task)).Met);
    }

    [Fact]
    public async Task Time_OfDay_IsInItsZone()
    {
        _time.Now = _attempts.Run.DataIntervalEnd; // 01:00 UTC, 03:00 in Paris after the change of that night.

        var poke = await PokeAsync(Sensor("time", new { time_of_day = "08:30", time_zone = "Europe/Paris" }));

        Assert.Equal(TimeSpan.FromHours(5.5), poke.NextPokeAfter);
    }

    [Fact]
    public async Task Time_AfterTheStart_CountsFromTheFirstLook()
    {
        _time.Now = _attempts.Run.DataIntervalEnd;
        var task = Sensor("time", new { after = "1h", from = "start" });
        var first = await PokeAsync(task);
        _time.Now += TimeSpan.FromMinutes(40);

        var second = await PokeAsync(task, first);

        Assert.Equal((TimeSpan.FromHours(1), TimeSpan.FromMinutes(20)), (first.NextPokeAfter, second.NextPokeAfter));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("{\"at\":\"2026-03-29T03:00:00Z\",\"after\":\"1h\"}")]
    [InlineData("{\"at\":\"noon\"}")]
    [InlineData("{\"time_of_day\":\"25:00\"}")]
    [InlineData("{\"time_of_day\":\"08:00\",\"time_zone\":\"Mars/Base\"}")]
    public async Task Time_ThatMeansNothing_Fails(string with)
    {
        var poke = await PokeAsync(Sensor("time", TestAttempts.Json(with)));

        Assert.Equal((false, OperatorErrors.Fields), (poke.Met, poke.Result?.Code));
    }

    [Fact]
    public async Task File_ThatComes_HoldsOnceItIsOldAndLargeEnough()
    {
        var folder = Path.Combine(_attempts.Folder, "landing");
        Directory.CreateDirectory(folder);
        var task = Sensor("file", new { path = Path.Combine(folder, "*.csv"), min_bytes = 3, older_than = "5m", min_count = 1 });
        _time.Now = DateTimeOffset.UtcNow;
        var none = await PokeAsync(task);
        await File.WriteAllTextAsync(Path.Combine(folder, "a.csv"), "1,2");
        await File.WriteAllTextAsync(Path.Combine(folder, "b.csv"), "1");
        var fresh = await PokeAsync(task);
        _time.Now += TimeSpan.FromHours(1);

        var old = await PokeAsync(task);

        Assert.Equal((false, false, true), (none.Met, fresh.Met, old.Met));
        Assert.Contains("a.csv", Assert.Single(old.Result!.Output!.Value!.Value.EnumerateArray()).GetProperty("path").GetString());
    }

    [Fact]
    public async Task File_OfARelativePath_IsRefused() => Assert.Equal(OperatorErrors.Fields, (await PokeAsync(Sensor("file", new { path = "x.csv" }))).Result?.Code);

    [Fact]
    public async Task Http_UntilTheValueIsThere_DoesNotHold()
    {
        await using var service = await FakeService.StartAsync();
        var status = "RUNNING";
        service.On("GET", "/job", _ => Results.Json(new { job = new { status } })).On("GET", "/secret", _ => Results.StatusCode(403));
        var task = Sensor("http_wait", new { url = new Uri(service.Url, "/job").AbsoluteUri, at = "/job/status", @is = "DONE", interval = "10s", deadline = "1h", soft_fail = true });
        var early = await PokeAsync(task);
        service.Fail(503);
        var broken = await PokeAsync(task);
        status = "DONE";

        var late = await PokeAsync(task);

        Assert.Equal((false, null, false, true), (early.Met, early.Error, broken.Met, late.Met));
        Assert.Contains("503", broken.Error);
        Assert.Equal((TimeSpan.FromSeconds(10), TimeSpan.FromHours(1), true), (early.Policy!.Interval, early.Policy.Deadline, early.Policy.SoftFail));
        Assert.Equal(OperatorErrors.Refused, (await PokeAsync(Sensor("http_wait", new { url = new Uri(service.Url, "/secret").AbsoluteUri }))).Result?.Code);
    }

    private AttemptRequest Sensor(string name, object with)
    {
        if (!_sensorsAreThere) _attempts.With(new TimeSensor(_time), new FileSensor(_time), new HttpSensor());
        _sensorsAreThere = true;
        return _attempts.Task("wait", name, with);
    }

    private bool _sensorsAreThere;

    private Task<PokedSensor> PokeAsync(AttemptRequest task, PokedSensor? before = null) => _attempts.CallAsync<PokedSensor>(ActivityNames.PokeSensor, new PokeSensor(task, before?.State));
}
