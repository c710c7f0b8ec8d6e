using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Hosting;

namespace Updraft.FunctionApp.Tests;

/// <summary>Where the app runs.</summary>
internal sealed class FakeEnvironment : IHostEnvironment
{
    public string EnvironmentName { get; set; } = "Production";

    public string ApplicationName { get; set; } = "Updraft.FunctionApp";

    public string ContentRootPath { get; set; } = AppContext.BaseDirectory;

    public IFileProvider ContentRootFileProvider { get; set; } = new NullFileProvider();
}
