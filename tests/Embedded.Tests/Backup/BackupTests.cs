using Updraft.Dags;

namespace Updraft.Embedded.Tests;

public sealed class BackupTests
{
    private static async Task<string> BackedUpAsync(DataFolder folder)
    {
        var target = Path.Combine(folder.Path, "backup");
        await using var host = await folder.OpenAsync(options => options with { DataFolder = Path.Combine(folder.Path, "data") });
        await host.State.PutAsync("d/", new() { Content = "1"u8.ToArray() });
        await host.Blobs.WriteAsync("a/b/", new MemoryStream([1, 2, 3]));
        Directory.CreateDirectory(Path.Combine(folder.Path, "data", "packages", "p"));
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "data", "packages", "p", "x.json"), "{}");
        await host.BackupAsync(target);
        return target;
    }

    private static async Task RefusedAsync(string code, Func<Task> action) => Assert.Equal(code, (await Assert.ThrowsAsync<UpdraftException>(action)).Code);

    [Fact]
    public async Task Restore_OfABackup_HasDocumentsBlobsAndPackages()
    {
        using var folder = new DataFolder();
        var backup = await BackedUpAsync(folder);
        var restored = Path.Combine(folder.Path, "restored");

        var manifest = await EmbeddedBackup.RestoreAsync(backup, restored);

        Assert.Equal(["blobs/a/b@", "packages/p/x.json", "updraft.db"], manifest.Files.Select(file => file.Path).Order(StringComparer.Ordinal));
        await using var host = await folder.OpenAsync(options => options with { DataFolder = restored });
        Assert.Equal("1"u8.ToArray(), (await host.State.GetAsync("d/"))!.Content.ToArray());
        Assert.Equal(3, await host.Blobs.GetLengthAsync("a/b/"));
    }

    [Fact]
    public async Task Backup_Made_IsForItsOwnerAlone()
    {
        if (OperatingSystem.IsWindows()) return;
        using var folder = new DataFolder();
        var backup = await BackedUpAsync(folder);
        foreach (var file in Directory.EnumerateFiles(backup, "*", SearchOption.AllDirectories)) Assert.Equal((file, UnixFileMode.UserRead | UnixFileMode.UserWrite), (file, File.GetUnixFileMode(file)));
    }

    [Fact]
    public async Task Backup_IntoAFolderThatIsNotEmptyOrInside_IsRefused()
    {
        using var folder = new DataFolder();
        await using var host = await folder.OpenAsync(options => options with { DataFolder = Path.Combine(folder.Path, "data") });
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "x"), "");
        await RefusedAsync(BackupErrors.TargetNotEmpty, () => host.BackupAsync(folder.Path));
        await RefusedAsync(BackupErrors.TargetNotEmpty, () => host.BackupAsync(Path.Combine(folder.Path, "x")));
        await RefusedAsync(BackupErrors.TargetNotEmpty, () => host.BackupAsync(Path.Combine(folder.Path, "data", "backup")));
        await RefusedAsync(BackupErrors.TargetNotEmpty, () => host.BackupAsync(Path.Combine(folder.Path, "data")));
    }

    [Fact]
    public async Task Restore_IntoAFolderInUse_IsRefusedAndNothingIsTouched()
    {
        using var folder = new DataFolder();
        var backup = await BackedUpAsync(folder);
        var before = folder.Read();
        await RefusedAsync(BackupErrors.TargetNotEmpty, () => EmbeddedBackup.RestoreAsync(backup, Path.Combine(folder.Path, "data")));
        Assert.Equal(before, folder.Read());
    }

    [Theory]
    [InlineData("updraft.db")]
    [InlineData("blobs/a/b@")]
    [InlineData("backup.json")]
    public async Task Restore_OfADamagedBackup_IsRefusedAndLeavesNothing(string file)
    {
        using var folder = new DataFolder();
        var backup = await BackedUpAsync(folder);
        var restored = Path.Combine(folder.Path, "restored");
        var bytes = await File.ReadAllBytesAsync(Path.Combine(backup, file));
        bytes[bytes.Length / 2] ^= 0xff;
        await File.WriteAllBytesAsync(Path.Combine(backup, file), bytes);

        await RefusedAsync(BackupErrors.Damaged, () => EmbeddedBackup.RestoreAsync(backup, restored));
        await RefusedAsync(BackupErrors.Damaged, () => EmbeddedBackup.VerifyAsync(backup));
        File.Delete(Path.Combine(backup, file));
        await RefusedAsync(BackupErrors.Damaged, () => EmbeddedBackup.RestoreAsync(backup, restored));
        Assert.False(Directory.Exists(restored) || Directory.Exists(restored + ".restoring"));
    }

    [Fact]
    public async Task Restore_ManifestThatPointsElsewhere_IsRefused()
    {
        using var folder = new DataFolder();
        var backup = await BackedUpAsync(folder);
        var manifest = Path.Combine(backup, BackupManifest.FileName);
        await File.WriteAllTextAsync(manifest, (await File.ReadAllTextAsync(manifest)).Replace("blobs/a/b@", "../data/updraft.db", StringComparison.Ordinal));
        await RefusedAsync(BackupErrors.Damaged, () => EmbeddedBackup.RestoreAsync(backup, Path.Combine(folder.Path, "restored")));
    }

    [Fact]
    public async Task Restore_NewerBackup_IsRefused()
    {
        using var folder = new DataFolder();
        var backup = await BackedUpAsync(folder);
        var manifest = Path.Combine(backup, BackupManifest.FileName);
        await File.WriteAllTextAsync(manifest, (await File.ReadAllTextAsync(manifest)).Replace($"\"databaseFormat\":{Schema.Format}", "\"databaseFormat\":99", StringComparison.Ordinal));
        await RefusedAsync(EngineErrors.NewerFormat, () => EmbeddedBackup.RestoreAsync(backup, Path.Combine(folder.Path, "restored")));
    }

    [Fact]
    public async Task Delete_WhileABackupIsTaken_WaitsForIt()
    {
        using var folder = new DataFolder();
        await using var host = await folder.OpenAsync();
        await host.Blobs.WriteAsync("a/", new MemoryStream([1]));
        var deletion = Task.CompletedTask;
        using (await ((FileBlobStore)host.Blobs).KeepAllAsync(default))
        {
            deletion = host.Blobs.DeleteAsync("a/");
            Assert.False(deletion.IsCompleted);
            Assert.Equal(1, await host.Blobs.GetLengthAsync("a/"));
        }
        await deletion;
        Assert.Null(await host.Blobs.GetLengthAsync("a/"));
    }
}
