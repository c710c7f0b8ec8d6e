using System.Runtime.Versioning;

namespace Updraft.EndToEnd;

/// <summary>The local emulation: documents, logs and outputs in Azurite, the engine in a data folder.</summary>
[UnsupportedOSPlatform("windows")]
[Collection(AzuriteTests.Name)]
public sealed class StorageTests : IDisposable
{
    // slow waits for a mark that the test makes, so that what is done comes while it runs.
    private const string Chain = """
        name: chain
        tasks:
          fast: { shell: { script: 'echo from-fast; echo x >> "$MARKS/fast"; echo "{\"answer\": 42}" > "$UPDRAFT_OUTPUT"' } }
          slow: { after: fast, shell: { script: 'echo x >> "$MARKS/slow"; until [ -e "$MARKS/go" ]; do sleep 0.05; done' } }
          last: { after: slow, shell: { script: 'echo "last got $ANSWER"', env: { ANSWER: "{{ tasks.fast.output.answer }}" } } }
        """;

    private readonly Workspace _here = new();
    private readonly AzuriteServer _azurite;
    private readonly string _container = $"c{Guid.NewGuid():N}";

    public StorageTests(AzuriteFixture azurite)
    {
        _azurite = azurite.Server;
        _here.Variables["UPDRAFT_CONTAINER"] = _container;
    }

    public void Dispose() => _here.Dispose();

    [AzuriteFact]
    public async Task Run_WithStorage_KeepsAllInItAndSaysSo()
    {
        _here.Write("dag.yaml", Chain);
        _here.Mark("go");

        var ran = (await _here.RunAsync("run", "dag.yaml", "--run-id", "r1", "--storage", _azurite.ConnectionString)).Expect(0);

        Assert.Contains($"{_azurite.Url}/{_container}", ran.Output, StringComparison.Ordinal);
        var blobs = await BlobsAsync();
        Assert.Contains(blobs, blob => blob.StartsWith("state/runs/r1/", StringComparison.Ordinal));
        Assert.Contains(blobs, blob => blob.StartsWith("blobs/logs/", StringComparison.Ordinal));
        Assert.False(Directory.Exists(Path.Combine(_here.Data, "blobs")) && Directory.EnumerateFiles(Path.Combine(_here.Data, "blobs"), "*", SearchOption.AllDirectories).Any());
        Assert.DoesNotContain(_azurite.Key, ran.Output + ran.Error + string.Concat(Directory.EnumerateFiles(_here.Data, "*.json").Select(File.ReadAllText)), StringComparison.Ordinal);
    }

    [AzuriteFact]
    public async Task Serve_KilledAndStartedAgainWithStorage_EndsTheRun()
    {
        _here.Write("dag.yaml", Chain);
        _here.Variables["UPDRAFT_STORAGE"] = _azurite.ConnectionString;
        using var triggered = _here.Start("trigger", "dag.yaml", "--run-id", "r2", "--wait");
        await triggered.LineAsync("Nothing drives run r2 now");
        using (var killed = await _here.ServeAsync())
        {
            await triggered.LineAsync("running  slow");
            await killed.KillAsync();
        }
        _here.Mark("go");

        using var serve = await _here.ServeAsync();

        (await triggered.EndAsync()).Expect(0);
        Assert.Equal((1, 2), (_here.Count("fast"), _here.Count("slow")));
        Assert.Contains("last got 42", (await _here.RunAsync("logs", "r2", "last")).Expect(0).Output, StringComparison.Ordinal);
        Assert.Contains("42", (await _here.RunAsync("output", "r2", "fast")).Expect(0).Output, StringComparison.Ordinal);
        Assert.Contains($"{_container} answers", (await _here.RunAsync("doctor")).Output, StringComparison.Ordinal);
        Assert.Contains("UPD5027", (await _here.RunAsync("backup", "copy")).Expect(2).Error, StringComparison.Ordinal);
    }

    [AzuriteFact]
    public async Task Folder_WithAnotherStorageOrNone_IsRefused()
    {
        _here.Write("dag.yaml", Chain);
        _here.Mark("go");
        (await _here.RunAsync("run", "dag.yaml", "--run-id", "r3", "--data", "local")).Expect(0);

        var wasLocal = await _here.RunAsync("run", "dag.yaml", "--data", "local", "--storage", _azurite.ConnectionString);
        (await _here.RunAsync("run", "dag.yaml", "--run-id", "r4", "--data", "other", "--storage", _azurite.ConnectionString)).Expect(0);
        var keyMissing = await _here.RunAsync("show", "r4", "--data", "other");
        var taken = await _here.RunAsync("run", "dag.yaml", "--data", "third", "--storage", _azurite.ConnectionString);

        foreach (var refused in (Ended[])[wasLocal, keyMissing, taken]) Assert.Contains("UPD5026", refused.Expect(2).Error, StringComparison.Ordinal);
        Assert.Contains("UPD5008", (await _here.RunAsync("show", "r4", "--data", "third", "--storage", _azurite.ConnectionString)).Expect(5).Error, StringComparison.Ordinal);
        Assert.Contains("UPD7003", (await _here.RunAsync("run", "dag.yaml", "--data", "fourth", "--storage", _azurite.ConnectionStringAt(new Uri("http://127.0.0.1:1/x")))).Expect(5).Error, StringComparison.Ordinal);
    }

    [AzuriteFact]
    public async Task Serve_StorageAwayWhileATaskEnds_KeepsWhatItDid()
    {
        // What it hands over is too large for its result, and so is stored.
        _here.Write("dag.yaml", """
            name: large
            tasks:
              slow: { shell: { script: 'echo begun; echo x >> "$MARKS/slow"; until [ -e "$MARKS/go" ]; do sleep 0.05; done; echo ended; printf "\"%s\"" "$(head -c 20000 /dev/zero | tr "\0" x)" > "$UPDRAFT_OUTPUT"; touch "$MARKS/done"' } }
              last: { after: slow, shell: { script: 'echo "got ${#ANSWER}"', env: { ANSWER: "{{ tasks.slow.output }}" } } }
            """);
        _here.Variables["UPDRAFT_STORAGE"] = _azurite.ConnectionString;
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var watcher = new FileSystemWatcher(_here.Marks, "done");
        watcher.Created += (_, _) => done.TrySetResult();
        watcher.EnableRaisingEvents = true;
        using var serve = await _here.ServeAsync();
        using var triggered = _here.Start("trigger", "dag.yaml", "--run-id", "r5", "--wait");
        await triggered.LineAsync("running  slow");

        await _azurite.StopAsync();
        _here.Mark("go");
        await done.Task.WaitAsync(TimeSpan.FromMinutes(5));
        await _azurite.StartAsync();

        (await _here.RunAsync("wait", "r5")).Expect(0);
        Assert.Equal(1, _here.Count("slow"));
        Assert.Contains("got 20000", (await _here.RunAsync("logs", "r5", "last")).Expect(0).Output, StringComparison.Ordinal);
        Assert.Contains("begun\nended", (await _here.RunAsync("logs", "r5", "slow")).Expect(0).Output, StringComparison.Ordinal);
    }

    private async Task<IReadOnlyList<string>> BlobsAsync()
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{_azurite.Url}/{_container}?restype=container&comp=list&{_azurite.Signature()}");
        request.Headers.Add("x-ms-version", "2021-12-02");
        var list = System.Xml.Linq.XDocument.Parse(await (await client.SendAsync(request)).EnsureSuccessStatusCode().Content.ReadAsStringAsync());
        return [.. list.Descendants("Blob").Select(blob => blob.Element("Name")!.Value)];
    }
}
