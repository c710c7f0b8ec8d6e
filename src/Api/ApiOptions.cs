namespace Updraft.Api;

/// <summary>How the API is served.</summary>
public sealed record ApiOptions
{
    /// <summary>The clock.</summary>
    public required TimeProvider Clock { get; init; }

    /// <summary>Whether whoever reaches the server may do everything, as on loopback. Default false: who asks must sign in.</summary>
    public bool Open { get; init; }

    /// <summary>
    /// Whether the platform in front signs people in, and says in <c>X-MS-CLIENT-PRINCIPAL</c> whom. Only for hosts where nobody else can set
    /// that header. Default false: the header is ignored.
    /// </summary>
    public bool PlatformSignIn { get; init; }

    /// <summary>Largest body of a request in bytes, packages apart. Default 16 MiB.</summary>
    public long LargestBody { get; init; } = 16 << 20;
}
