using System.Collections.Immutable;
using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Updraft.Embedded;
using Updraft.Orchestration;

namespace Updraft.Operators.Tests;

public sealed class ArtifactTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 3, 29, 1, 0, 0, TimeSpan.Zero);
    private readonly TestAttempts _attempts = new();

    public void Dispose() => _attempts.Dispose();

    [Fact]
    public async Task File_OfOneTask_IsThereForAnother()
    {
        var made = await MakeAsync("printf 'a,b\\n1,2\\n' > \"$UPDRAFT_SCRATCH/flights.csv\"; echo '{\"rows\": 1}' > \"$UPDRAFT_OUTPUT\"", new { flights = "flights.csv" });

        Assert.Equal(1, made.GetProperty("rows").GetInt32());
        Assert.Equal("a,b\n1,2\n", await UseAsync(made.GetProperty("flights"), "cat \"$UPDRAFT_INPUTS/data\""));
    }

    [Fact]
    public async Task Folder_OfOneTask_IsThereForAnother_WithItsProgramsAndEmptyFolders()
    {
        var made = await MakeAsync(
            "cd \"$UPDRAFT_SCRATCH\"; mkdir -p model/deep/er model/empty; echo weights > model/deep/er/w.bin; printf '#!/bin/sh\\necho ran' > model/go; chmod +x model/go",
            new { model = new { path = "./model/" } });

        Assert.Equal("weights\nran\nempty\n", await UseAsync(made.GetProperty("model"), "cd \"$UPDRAFT_INPUTS/data\"; cat deep/er/w.bin; ./go; ls -d empty"));
    }

    [Fact]
    public async Task Artifacts_AListOfThem_BecomesAFolder()
    {
        var one = (await MakeAsync("printf one > \"$UPDRAFT_SCRATCH/f\"", new { f = "f" })).GetProperty("f");
        var two = (await MakeAsync("printf two > \"$UPDRAFT_SCRATCH/f\"", new { f = "f" })).GetProperty("f");

        Assert.Equal("onetwo", await UseAsync(JsonSerializer.SerializeToElement(new[] { one, two }), "cat \"$UPDRAFT_INPUTS/data/0\" \"$UPDRAFT_INPUTS/data/1\""));
    }

    [Fact]
    public async Task Input_AnyOtherValue_IsAFileOfJson()
    {
        Assert.Equal("""{"day":"ü"}""", await UseAsync(TestAttempts.Json("""{ "day": "ü" }"""), "cat \"$UPDRAFT_INPUTS/data\""));
    }

    [Theory]
    [InlineData("true", "there", ArtifactErrors.Missing)]
    [InlineData("ln -s /etc/passwd \"$UPDRAFT_SCRATCH/there\"", "there", ArtifactErrors.Refused)]
    [InlineData("mkdir \"$UPDRAFT_SCRATCH/there\"; ln -s /etc/passwd \"$UPDRAFT_SCRATCH/there/x\"", "there", ArtifactErrors.Refused)]
    [InlineData("ln -s /etc \"$UPDRAFT_SCRATCH/there\"", "there/passwd", ArtifactErrors.Refused)]
    [InlineData("mkfifo \"$UPDRAFT_SCRATCH/there\"", "there", ArtifactErrors.Refused)]
    [InlineData("mkdir \"$UPDRAFT_SCRATCH/there\"; mkfifo \"$UPDRAFT_SCRATCH/there/x\"", "there", ArtifactErrors.Refused)]
    [InlineData("true", "../there", ArtifactErrors.Refused)]
    [InlineData("true", "/etc/passwd", ArtifactErrors.Refused)]
    [InlineData("head -c 2000 /dev/zero > \"$UPDRAFT_SCRATCH/there\"", "there", ArtifactErrors.TooLarge)]
    [InlineData("mkdir \"$UPDRAFT_SCRATCH/there\"; head -c 2000 /dev/zero > \"$UPDRAFT_SCRATCH/there/x\"", "there", ArtifactErrors.TooLarge)]
    public async Task Output_ThatCannotBeHandedOver_FailsTheTaskAndStoresNothing(string script, string path, string code)
    {
        _attempts.MaxArtifactBytes = 1000;

        var result = await _attempts.RunAsync("t", "shell", new { script, artifacts = new { it = path } });

        Assert.Equal((AttemptOutcome.Failed, code), (result.Outcome, result.Code));
        Assert.DoesNotContain(_attempts.Blobs.Paths, path => path.StartsWith("outputs/", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("echo '[1]' > \"$UPDRAFT_OUTPUT\"", "it")]
    [InlineData("echo '{\"it\": 1}' > \"$UPDRAFT_OUTPUT\"", "it")]
    public async Task Output_WithoutRoomForTheArtifact_Fails(string script, string name)
    {
        var result = await _attempts.RunAsync("t", "shell", new { script = script + "; touch \"$UPDRAFT_SCRATCH/it\"", artifacts = new Dictionary<string, string> { [name] = "it" } });

        Assert.Equal((AttemptOutcome.Failed, OperatorErrors.Output), (result.Outcome, result.Code));
    }

    [Fact]
    public async Task Name_WithASlash_IsRefused()
    {
        var result = await _attempts.RunAsync("t", "shell", new { script = "true", inputs = new Dictionary<string, object> { ["../x"] = 1 } });

        Assert.Equal(ArtifactErrors.Refused, result.Code);
        Assert.Contains("'../x' cannot name an artifact", result.Reason, StringComparison.Ordinal);
    }

    [Theory] // I4: what is read is what was committed.
    [InlineData("f")]
    [InlineData("folder")]
    public async Task Blob_ChangedBehindOurBack_IsRefusedWithBothChecksums(string path)
    {
        var made = (await MakeAsync("cd \"$UPDRAFT_SCRATCH\"; printf one > f; mkdir folder; cp f folder", new { it = path })).GetProperty("it");
        var blob = made.GetProperty("blob").GetString()!;
        _attempts.Blobs.Set(blob, _attempts.Blobs.TextOf(blob).Replace("one", "two", StringComparison.Ordinal));

        var result = await ReadAsync(made, "true");

        Assert.Equal((AttemptOutcome.Failed, ArtifactErrors.Damaged), (result.Outcome, result.Code));
        var found = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(_attempts.Blobs.TextOf(blob))));
        Assert.StartsWith($"artifact 'it' of task 'maker' is damaged: its checksum should begin with {made.GetProperty("sha256").GetString()![..16]}, and the store has {found[..16]}; clear 'maker'", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Blob_LongerThanItWas_IsRefused()
    {
        var made = (await MakeAsync("printf one > \"$UPDRAFT_SCRATCH/f\"", new { it = "f" })).GetProperty("it");
        _attempts.Blobs.Set(made.GetProperty("blob").GetString()!, "one more");

        Assert.Equal(ArtifactErrors.Damaged, (await ReadAsync(made, "true")).Code);
    }

    [Theory]
    [InlineData("../../escaped", TarEntryType.RegularFile)]
    [InlineData("/tmp/escaped", TarEntryType.RegularFile)]
    [InlineData("link", TarEntryType.SymbolicLink)]
    [InlineData("link", TarEntryType.HardLink)]
    [InlineData("pipe", TarEntryType.Fifo)]
    public async Task Folder_ThatHoldsWhatNoFolderMay_IsRefusedAndLeavesNothing(string name, TarEntryType type)
    {
        using var tar = new MemoryStream();
        await using (var writer = new TarWriter(tar, TarEntryFormat.Pax, leaveOpen: true))
        {
            await writer.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, "fine") { DataStream = new MemoryStream("x"u8.ToArray()) });
            var entry = new PaxTarEntry(type, name);
            if (type is TarEntryType.SymbolicLink or TarEntryType.HardLink) entry.LinkName = "/etc/passwd";
            await writer.WriteEntryAsync(entry);
        }
        var target = Path.Combine(_attempts.Folder, "out", "folder");
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        tar.Position = 0;
        await _attempts.Blobs.WriteAsync("outputs/r/t/task/1-x-it.artifact/", tar);
        var artifact = new Artifact { Name = "it", Blob = "outputs/r/t/task/1-x-it.artifact/", Folder = true, Bytes = tar.Length, Sha256 = Convert.ToHexStringLower(SHA256.HashData(tar.ToArray())), Run = "r", Task = "t" };

        var error = await Assert.ThrowsAsync<Dags.UpdraftException>(() => new ArtifactStore(_attempts.Blobs, null, TimeProvider.System, 1 << 20).FetchAsync(artifact, target));

        Assert.Equal(ArtifactErrors.Refused, error.Code);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.GetDirectoryName(target)!));
        Assert.False(File.Exists(Path.Combine(_attempts.Folder, "escaped")));
    }

    [Theory]
    [InlineData("logs/manual-1/maker/task/1.log/")]
    [InlineData("outputs/manual-1/maker/task/1-x.json/")]
    public async Task Value_ThatNamesAnotherPlace_IsRefused(string blob)
    {
        _attempts.Blobs.Set(blob, "secret");
        var forged = JsonSerializer.SerializeToElement(new Artifact { Name = "it", Blob = blob, Bytes = 6, Sha256 = Convert.ToHexStringLower(SHA256.HashData("secret"u8)), Run = TestAttempts.RunId, Task = "maker" }, CodeJson.Options);

        Assert.Equal(ArtifactErrors.Refused, (await ReadAsync(forged, "true")).Code);
    }

    [Fact]
    public async Task Kept_ForAWhile_IsReadWithinItAndSaysHowToGetItBackAfterIt()
    {
        var clock = new ManualTime { Now = Start };
        _attempts.Time = new Dates(clock);
        var made = (await MakeAsync("printf one > \"$UPDRAFT_SCRATCH/f\"", new { it = new { path = "f", keep = "2d" } })).GetProperty("it");
        clock.Now = Start + TimeSpan.FromHours(47);
        Assert.Equal("one", await UseAsync(made, "cat \"$UPDRAFT_INPUTS/data\""));
        clock.Now = Start + TimeSpan.FromHours(48);

        var result = await ReadAsync(made, "true");

        Assert.Equal((AttemptOutcome.FailedForGood, ArtifactErrors.Gone), (result.Outcome, result.Code));
        Assert.Equal("artifact 'it' of task 'maker' has expired at 2026-03-31 01:00:00Z; clear 'maker' of run 'manual-1' to make it again", result.Reason);
    }

    [Fact]
    public async Task Kept_ForAWhile_RetentionRemovesItAfterThat()
    {
        await using var host = await EmbeddedHost.OpenAsync(new EmbeddedOptions { DataFolder = Path.Combine(_attempts.Folder, "data") });
        var clock = new ManualTime { Now = Start };
        _attempts.Time = new Dates(clock);
        _attempts.Expiries = new Expiries(host.State, _attempts.Blobs, clock);
        var made = await MakeAsync("cd \"$UPDRAFT_SCRATCH\"; touch f g", new { f = new { path = "f", keep = "2d" }, g = "g" });
        string[] all = [made.GetProperty("f").GetProperty("blob").GetString()!, made.GetProperty("g").GetProperty("blob").GetString()!];
        Assert.Equal(0, await _attempts.Expiries.RunOnceAsync());
        clock.Now = Start + TimeSpan.FromDays(3);

        Assert.Equal(1, await _attempts.Expiries.RunOnceAsync());

        Assert.Equal([all[1]], all.Where(_attempts.Blobs.Paths.Contains));
    }

    [Fact]
    public async Task Blob_RemovedWithItsRun_SaysHowToGetItBack()
    {
        var made = (await MakeAsync("printf one > \"$UPDRAFT_SCRATCH/f\"", new { it = "f" })).GetProperty("it");
        await _attempts.Blobs.DeleteAsync(AttemptPaths.Outputs(TestAttempts.RunId));

        var result = await ReadAsync(made, "true");

        Assert.Equal((AttemptOutcome.FailedForGood, ArtifactErrors.Gone), (result.Outcome, result.Code));
        Assert.Contains("is gone: the outputs of its run were removed; clear 'maker'", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Task_RunAgain_HandsOverAnotherAndLeavesTheOldForWhoStillReadsIt()
    {
        var old = (await MakeAsync("printf old > \"$UPDRAFT_SCRATCH/f\"", new { it = "f" })).GetProperty("it");
        var replaced = (await MakeAsync("printf new > \"$UPDRAFT_SCRATCH/f\"", new { it = "f" })).GetProperty("it");

        Assert.Equal("new", await UseAsync(replaced, "cat \"$UPDRAFT_INPUTS/data\""));
        Assert.Equal("old", await UseAsync(old, "cat \"$UPDRAFT_INPUTS/data\""));
    }

    [Fact]
    public void Schema_OfArtifacts_TakesAPathOrAnObject()
    {
        var schema = new ShellOperator().Manifest.Fields;

        Assert.Empty(Dags.JsonSchema.Check(schema));
        Assert.Empty(Dags.JsonSchema.Validate(schema, TestAttempts.Json("""{"script":"x","artifacts":{"a":"x","b":{"path":"y","keep":"7d"}},"inputs":{"c":"d","e":[1]}}""")));
        Assert.NotEmpty(Dags.JsonSchema.Validate(schema, TestAttempts.Json("""{"script":"x","artifacts":{"a":{"keep":"7d"}}}""")));
        Assert.NotEmpty(Dags.JsonSchema.Validate(schema, TestAttempts.Json("""{"script":"x","artifacts":{"a":{"path":"x","keep":"a week"}}}""")));
    }

    private async Task<JsonElement> MakeAsync(string script, object artifacts)
    {
        var result = await _attempts.RunAsync("maker", "shell", new { script, artifacts });
        Assert.True(result.Outcome == AttemptOutcome.Success, result.Reason);
        return result.Output!.Value ?? JsonSerializer.Deserialize<JsonElement>(_attempts.Blobs.TextOf(result.Output.Blob!));
    }

    private Task<AttemptResult> ReadAsync(JsonElement output, string script)
    {
        var request = _attempts.Task("user", "shell", new { script, inputs = new { data = "{{ tasks.maker.output }}" } });
        _attempts.Task("maker", "shell", new { script = "true" });
        return _attempts.RunAsync(request with { Inputs = request.Inputs.Add("maker", new OutputRef(output)), AttemptId = Guid.NewGuid().ToString("N") });
    }

    private async Task<string> UseAsync(JsonElement output, string script)
    {
        await _attempts.Blobs.DeleteAsync(TestAttempts.LogOf("user"));
        var result = await ReadAsync(output, script);
        Assert.True(result.Outcome == AttemptOutcome.Success, result.Reason);
        return _attempts.Blobs.TextOf(TestAttempts.LogOf("user"));
    }

    /// <summary>Dates stand still, and everything else goes on.</summary>
    private sealed class Dates(TimeProvider dates) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => dates.GetUtcNow();
    }
}
