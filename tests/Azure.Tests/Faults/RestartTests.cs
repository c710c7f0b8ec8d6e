using System.Globalization;
using System.Text;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Azure.Tests;

/// <summary>Azurite stopped and started while many write: nothing acknowledged is lost, nothing is done twice.</summary>
public sealed class RestartTests : IAsyncLifetime
{
    private const int Writers = 6;
    private const int Stops = 3;
    private const int BetweenStops = 60;

    private readonly Lock _gate = new();
    private AzureStorage _storage = null!;
    private TaskCompletionSource _reached = Signal();
    private TaskCompletionSource _failed = Signal();
    private int _acknowledged;
    private volatile bool _over;

    private AzuriteServer Azurite { get; } = new();

    public async Task InitializeAsync()
    {
        if (AzuriteServer.Missing is not null) return;
        await Azurite.StartAsync();
        _storage = await AzureStorage.OpenAsync(new AzureStorageOptions { Storage = Azurite.ConnectionString, Retries = 2, RetryDelay = TimeSpan.FromMilliseconds(20) });
    }

    public async Task DisposeAsync() => await Azurite.DisposeAsync();

    [AzuriteFact]
    public async Task Writers_ServiceStoppedAndStarted_LoseNothingAndDoNothingTwice()
    {
        var counters = Enumerable.Range(0, Writers).Select(n => Task.Run(() => CountAsync($"c/{n}/"))).ToList();
        var shared = Enumerable.Range(0, Writers).Select(n => Task.Run(() => ShareAsync("shared/", n))).ToList();
        var logs = Enumerable.Range(0, Writers).Select(n => Task.Run(() => LogAsync($"l/{n}/"))).ToList();

        for (var stop = 0; stop < Stops; stop++)
        {
            await (_reached = Signal()).Task;
            _failed = Signal();
            await Azurite.StopAsync();
            await _failed.Task;
            await Azurite.StartAsync();
        }
        await (_reached = Signal()).Task;
        _over = true;

        var counts = await Task.WhenAll(counters);
        foreach (var (n, count) in counts.Index()) Assert.Equal($"{count}", await _storage.State.TextAsync($"c/{n}/"));
        var added = (await Task.WhenAll(shared)).SelectMany(each => each).ToList();
        Assert.Equal(added.Order(StringComparer.Ordinal), (await _storage.State.TextAsync("shared/"))!.Split(' ', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal));
        foreach (var (n, text) in (await Task.WhenAll(logs)).Index()) Assert.Equal(text, await _storage.Blobs.TextAsync($"l/{n}/"));
    }

    /// <summary>Counts in a document of its own; returns how far.</summary>
    private async Task<int> CountAsync(string path)
    {
        string? etag = null;
        var count = 0;
        while (!_over)
        {
            var write = StoreTexts.Write($"{++count}") with { If = etag is null ? WriteCondition.IfAbsent : WriteCondition.IfMatch(etag), WriteId = $"{count}" };
            etag = await DoneAsync(() => _storage.State.PutAsync(path, write));
            Assert.NotNull(etag);
        }
        return count;
    }

    /// <summary>Adds words to a document that others add to; returns those it was told are in it.</summary>
    private async Task<List<string>> ShareAsync(string path, int writer)
    {
        var told = new List<string>();
        while (!_over)
        {
            var word = string.Create(CultureInfo.InvariantCulture, $"{writer}.{told.Count}");
            while (true)
            {
                var found = await DoneAsync(() => _storage.State.GetAsync(path));
                // What was done, though its answer never came, is seen in the document, as the loop of a run sees it.
                if (found?.Text().Split(' ').Contains(word) == true) break;
                var write = StoreTexts.Write($"{found?.Text()} {word}") with { If = found is null ? WriteCondition.IfAbsent : WriteCondition.IfMatch(found.ETag), WriteId = word };
                if (await DoneAsync(() => _storage.State.PutAsync(path, write)) is not null) break;
            }
            told.Add(word);
        }
        return told;
    }

    /// <summary>Appends to a log of its own; returns what must stand in it.</summary>
    private async Task<string> LogAsync(string path)
    {
        var text = new StringBuilder();
        while (!_over)
        {
            var line = string.Create(CultureInfo.InvariantCulture, $"line {text.Length}\n");
            Assert.Equal(text.Length + line.Length, await DoneAsync(() => _storage.Blobs.AppendAsync(path, text.Length, line)));
            text.Append(line);
        }
        return text.ToString();
    }

    /// <summary>Does something again and again until it is acknowledged, as the engine does; the client's own retries set the pace.</summary>
    private async Task<T> DoneAsync<T>(Func<Task<T>> act)
    {
        while (true)
        {
            try
            {
                var done = await act();
                Acknowledged();
                return done;
            }
            catch (UpdraftException e) when (e.Code == AzureErrors.Unreachable)
            {
                _failed.TrySetResult();
            }
        }
    }

    private void Acknowledged()
    {
        lock (_gate)
        {
            if (++_acknowledged % (Writers * BetweenStops) == 0) _reached.TrySetResult();
        }
    }

    private static TaskCompletionSource Signal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
