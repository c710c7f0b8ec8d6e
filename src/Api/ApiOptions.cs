using System.Collections.Immutable;

namespace Updraft.Api;

/// <summary>How the API is served.</summary>
public sealed record ApiOptions
{
    /// <summary>The clock.</summary>
    public required TimeProvider Clock { get; init; }

    /// <summary>Whether whoever reaches the server may do everything, as on loopback. Default false: who asks must sign in.</summary>
    public bool Open { get; init; }

    /// <summary>Whether metrics are shown to whoever reaches the server. Default false: they need the role viewer for all teams.</summary>
    public bool OpenMetrics { get; init; }

    /// <summary>
    /// Whether the platform in front signs people in, and says in <c>X-MS-CLIENT-PRINCIPAL</c> whom. Only for hosts where nobody else can set
    /// that header. Default false: the header is ignored.
    /// </summary>
    public bool PlatformSignIn { get; init; }

    /// <summary>
    /// Where and how metrics and traces are sent by OTLP: variables of OpenTelemetry by their names, as <c>OTEL_EXPORTER_OTLP_ENDPOINT</c>, without which
    /// nothing is sent. Default empty.
    /// </summary>
    public ImmutableSortedDictionary<string, string> Otlp { get; init; } = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>Prices for the report of costs.</summary>
    public CostPrices Prices { get; init; } = new();

    /// <summary>Largest body of a request in bytes, packages apart. Default 16 MiB.</summary>
    public long LargestBody { get; init; } = 16 << 20;

    /// <summary>Whether this process drives the runs, so that it hears of every change. Default true; where others do, it looks for changes itself.</summary>
    public bool HearsNotices { get; init; } = true;

    /// <summary>
    /// How long a stream of events lasts, after which whoever reads it asks again: for hosts that cut what takes too long. Null, the default, for as
    /// long as there is something to say.
    /// </summary>
    public TimeSpan? LongestAnswer { get; init; }

    /// <summary>Where metrics and traces are sent beside <see cref="Otlp"/>. Null, the default, for nowhere.</summary>
    public ITelemetryExporter? Exporter { get; init; }

    /// <summary>
    /// How often documents are read for the metrics that are sent. Null where the host has it done (<see cref="UpdraftTelemetry.RefreshAsync"/>), so that of many
    /// processes one alone reads and tells. Default 15 seconds.
    /// </summary>
    public TimeSpan? ReadFiguresEvery { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How often it looks where it does not hear of changes. Default 2 seconds.</summary>
    public TimeSpan PollEvery { get; init; } = TimeSpan.FromSeconds(2);
}
