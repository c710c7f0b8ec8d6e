using Updraft.Orchestration;

namespace Updraft.Api.Tests;

public sealed class HostEndpointTests : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("updraft-backup-");
    private ApiTestServer _server = null!;

    public async Task InitializeAsync()
    {
        _server = await ApiTestServer.StartAsync(options => options with { Open = false });
        _server.Someone = Somebody.With(Role.Admin);
    }

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Backup_FromAfar_IsRefused()
    {
        var problem = await _server.RefusedAsync(HttpMethod.Post, "backup", new BackupRequest(_folder.FullName));

        Assert.Equal((403, ApiErrors.OwnerOnly), (problem.Status, problem.Code));
        Assert.Empty(_folder.EnumerateFileSystemInfos());
    }

    [Fact]
    public async Task Backup_ByTheOwner_IsMade()
    {
        (_server.Someone, _server.IsOwner) = (null, true);

        Assert.True((await _server.SendAsync<BackupMade>(HttpMethod.Post, "backup", new BackupRequest(_folder.FullName))).Files > 0);
    }

    [Fact]
    public async Task Retention_AsAdmin_ReportsWhatItRemoved()
    {
        await _server.Services.Alerts.RaiseAsync(new Alert { Id = "old", Kind = AlertKinds.AutoPaused, Message = "look", At = _server.Time.GetUtcNow().AddDays(-2) });

        var report = await _server.SendAsync<RetentionReport>(HttpMethod.Post, "retention", new RetentionRequest(new RetentionPolicy { Alerts = TimeSpan.FromDays(1) }));

        Assert.Equal(1, report.Others["alerts"]);
        _server.Someone = Somebody.With(Role.Author);
        Assert.Equal(ApiErrors.Forbidden, (await _server.RefusedAsync(HttpMethod.Post, "retention", new RetentionRequest())).Code);
    }

    [Fact]
    public async Task Retention_ToldNothing_KeepsToTheHostsOwnPolicy()
    {
        await _server.Services.Alerts.RaiseAsync(new Alert { Id = "old", Kind = AlertKinds.AutoPaused, Message = "look", At = _server.Time.GetUtcNow().AddDays(-2) });
        Assert.Equal(0, (await _server.SendAsync<RetentionReport>(HttpMethod.Post, "retention", new RetentionRequest())).Others["alerts"]);

        _server.OwnPolicy = new RetentionPolicy { Alerts = TimeSpan.FromDays(1) };

        Assert.Equal(1, (await _server.SendAsync<RetentionReport>(HttpMethod.Post, "retention", new RetentionRequest())).Others["alerts"]);
    }

    [Fact]
    public async Task Retention_PolicyThatCannotBeKept_IsRefused() =>
        Assert.Equal(RetentionErrors.PolicyRefused, (await _server.RefusedAsync(HttpMethod.Post, "retention", new RetentionRequest(new RetentionPolicy { MaxRuns = 0 }))).Code);

    [Fact]
    public async Task Version_AsViewer_IsSaid()
    {
        _server.Someone = Somebody.With(Role.Viewer, "a");

        Assert.Matches(@"^\d+\.\d+", (await _server.SendAsync<VersionAnswer>(HttpMethod.Get, "version")).Version);
    }
}
