using System.Text.Json;

namespace Updraft.Dags;

/// <summary>One instance per item of a list that is known when the run gets there.</summary>
public sealed record MapSpec
{
    /// <summary>The default of <see cref="MaxLength"/>.</summary>
    public const int DefaultMaxLength = 10_000;

    /// <summary>A JSON array, or a string holding one template expression that yields a list.</summary>
    public required JsonElement Over { get; init; }

    /// <summary>Template that names an instance by its item, as in <c>{{ item.customer }}</c>; null names it by its index.</summary>
    public string? Key { get; init; }

    /// <summary>Longest list accepted, 1 to 100,000. Default 10,000.</summary>
    public int MaxLength { get; init; } = DefaultMaxLength;

    /// <summary>Instances at work at once within one run, 1 or more; null for no limit.</summary>
    public int? MaxActive { get; init; }
}
