using System.Text.Json;
using Microsoft.Extensions.Configuration;

namespace Updraft.FunctionApp.Tests;

/// <summary>The settings of <c>local.settings.sample.json</c>.</summary>
internal static class SampleSettings
{
    public static Dictionary<string, string?> Values
    {
        get
        {
            using var sample = JsonDocument.Parse(Repository.Read("local.settings.sample.json"));
            return sample.RootElement.GetProperty(nameof(Values)).EnumerateObject().ToDictionary(value => value.Name, value => value.Value.GetString());
        }
    }

    /// <summary>Reads them, some of them changed; null takes one away.</summary>
    public static AppOptions Read(params (string Name, string? Value)[] changes)
    {
        var values = Values;
        foreach (var (name, value) in changes) values[name.Replace("__", ":", StringComparison.Ordinal)] = value;
        return AppOptions.Read(new ConfigurationBuilder().AddInMemoryCollection(values).Build());
    }
}
