using System.Globalization;

namespace Updraft.Embedded.Tests;

/// <summary>The end of the write-ahead log is cut, zeroed or flipped, as a power cut may leave it.</summary>
public sealed class TornLogTests
{
    private const int Documents = 30;
    private const int TornBytes = 6_000;

    public enum Damage
    {
        Cut,
        Zero,
        Flip,
    }

    [Theory]
    [InlineData(Damage.Cut)]
    [InlineData(Damage.Zero)]
    [InlineData(Damage.Flip)]
    public async Task Open_TornEnd_WhatWasWrittenBeforeIsThere(Damage damage)
    {
        using var folder = new DataFolder();
        var ends = new List<long>();
        var log = Path.Combine(folder.Path, Database.FileName + "-wal");
        await using (var host = await folder.OpenAsync())
        {
            for (var n = 0; n < Documents; n++)
            {
                await host.State.PutAsync($"d/{n.ToString("D3", CultureInfo.InvariantCulture)}/", new() { Content = new byte[2_000] });
                ends.Add(new FileInfo(log).Length);
            }
        }
        var torn = new FileInfo(log).Length - TornBytes;
        Tear(log, torn, damage);
        var whole = ends.Count(end => end <= torn);
        Assert.InRange(whole, 1, Documents - 1);

        await using var next = await folder.OpenAsync();
        var found = new List<string>();
        await foreach (var entry in next.State.ListAsync("d/")) found.Add(entry.Path);
        Assert.Equal(Enumerable.Range(0, whole).Select(n => $"d/{n:D3}/"), found);
        using var db = SqliteDb.Open(Path.Combine(folder.Path, Database.FileName));
        using var check = db.Query("PRAGMA integrity_check");
        Assert.True(check.Step());
        Assert.Equal("ok", check.Text(0));
    }

    private static void Tear(string log, long from, Damage damage)
    {
        using var file = new FileStream(log, FileMode.Open, FileAccess.ReadWrite);
        if (damage == Damage.Cut)
        {
            file.SetLength(from);
            return;
        }
        var bytes = new byte[file.Length - from];
        file.Position = from;
        file.ReadExactly(bytes);
        for (var i = 0; i < bytes.Length; i++) bytes[i] = damage == Damage.Zero ? (byte)0 : (byte)~bytes[i];
        file.Position = from;
        file.Write(bytes);
    }
}
