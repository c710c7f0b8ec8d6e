using System.Collections;
using System.Collections.Immutable;
using System.Text.Json;
using Updraft.Api;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Cli;

/// <summary>What the API is told by its surroundings: by environment variables and by files of the data folder.</summary>
internal static class ServeSettings
{
    private const string Prices = "prices.json", Retention = "retention.json";

    /// <summary>Variables of OpenTelemetry.</summary>
    public static ImmutableSortedDictionary<string, string> Otlp() => Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
        .Where(variable => variable is { Key: string name, Value: string } && name.StartsWith("OTEL_", StringComparison.Ordinal))
        .ToImmutableSortedDictionary(variable => (string)variable.Key, variable => (string)variable.Value!, StringComparer.Ordinal);

    /// <summary>The prices of a data folder; examples where it has none.</summary>
    /// <exception cref="UpdraftException"><see cref="ApiErrors.PricesRefused"/>.</exception>
    public static CostPrices PricesOf(string folder)
    {
        var file = Path.Combine(folder, Prices);
        if (!File.Exists(file)) return new CostPrices();
        try
        {
            return JsonSerializer.Deserialize<CostPrices>(File.ReadAllText(file), ApiJson.Options) ?? new CostPrices();
        }
        catch (JsonException e)
        {
            throw new UpdraftException(ApiErrors.PricesRefused, $"the prices in '{file}' cannot be read: {e.Message}", e);
        }
    }

    /// <summary>What is kept in a data folder; the defaults where it does not say.</summary>
    /// <exception cref="UpdraftException"><see cref="RetentionErrors.PolicyRefused"/>.</exception>
    public static RetentionPolicy RetentionOf(string folder) => Path.Combine(folder, Retention) is var file && File.Exists(file) ? RetentionIn(file) : new RetentionPolicy();

    /// <summary>The policy in a file.</summary>
    /// <exception cref="UpdraftException"><see cref="RetentionErrors.PolicyRefused"/>.</exception>
    public static RetentionPolicy RetentionIn(string file)
    {
        try
        {
            return RetentionPolicy.Parse(File.ReadAllText(file));
        }
        catch (UpdraftException e)
        {
            throw new UpdraftException(e.Code, $"{e.Message} (in '{file}')", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UpdraftException(RetentionErrors.PolicyRefused, $"the policy of retention in '{file}' cannot be read: {e.Message}", e);
        }
    }
}
