using Updraft.Cli;

namespace Updraft.Operators.Tests;

/// <summary>The tutorial's project, built once as <c>updraft</c> builds it.</summary>
public sealed class SamplePackage : IAsyncLifetime
{
    public string Data { get; } = Directory.CreateTempSubdirectory("updraft-tests-").FullName;

    public BuiltPackage Built { get; private set; } = null!;

    public List<string> Progress { get; } = [];

    public static string Folder => Repository.PathOf("tests", "Operators.Tests", "Samples", "Greetings");

    public PackageBuilder Builder => new(Data);

    public async Task InitializeAsync() => Built = await Builder.BuildAsync(Folder, Progress.Add);

    public Task<DagPackage> OpenAsync() => new PackageFolders(PackageBuilder.PackagesOf(Data)).GetAsync(Built.Hash);

    public Task DisposeAsync()
    {
        Directory.Delete(Data, recursive: true);
        return Task.CompletedTask;
    }
}
