using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Updraft.Orchestration;

namespace Updraft.Operators;

/// <summary>What the activities of attempts work with: the ports of the host, and the operators that it offers.</summary>
public sealed record AttemptServices
{
    /// <summary>Claims.</summary>
    public required IAttemptHost Host { get; init; }

    /// <summary>Logs, outputs, items of maps.</summary>
    public required IBlobStore Blobs { get; init; }

    /// <summary>What attempts read of their run.</summary>
    public required IAttemptInputs Inputs { get; init; }

    /// <summary>Pinned versions.</summary>
    public required ISpecSource Specs { get; init; }

    /// <summary>The operators that this host offers; packages add their own.</summary>
    public required OperatorCatalog Operators { get; init; }

    /// <summary>Packages.</summary>
    public required IPackageStore Packages { get; init; }

    /// <summary>Secrets. Default: environment variables.</summary>
    public ISecretSource Secrets { get; init; } = new EnvironmentSecrets();

    /// <summary>Connections. Default: environment variables.</summary>
    public Connections Connections { get; init; } = Connections.OfEnvironment;

    /// <summary>Variables. Default: environment variables.</summary>
    public Variables Variables { get; init; } = Variables.OfEnvironment;

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Where attempts get their scratch folders. Default: <c>updraft</c> in the folder for temporary files.</summary>
    public string ScratchFolder { get; init; } = Path.Combine(Path.GetTempPath(), "updraft");

    /// <summary>How long a line may wait before its log is appended to. Default 1 second.</summary>
    public TimeSpan LogInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Largest log of one try, in bytes; the rest is not kept. Default 256 MB.</summary>
    public long MaxLogBytes { get; init; } = 256L << 20;

    /// <summary>Largest output of one try, and largest value gathered for one, in bytes of JSON. Default 64 MB.</summary>
    public long MaxOutputBytes { get; init; } = 64L << 20;

    /// <summary>Largest artifact, in bytes. Default 16 GB.</summary>
    public long MaxArtifactBytes { get; init; } = 16L << 30;

    /// <summary>How long an attempt may work in a process of the host, whatever its task's timeout is; null for no bound. Default null.</summary>
    public TimeSpan? LongestAttempt { get; init; }

    /// <summary>Takes note of what lives shorter than its run; null where nothing is removed before its run.</summary>
    public Expiries? Expiries { get; init; }

    /// <summary>Other runs, and events; null where attempts are made without a host of runs.</summary>
    public RunControl? Control { get; init; }

    /// <summary>Who waits for which condition; null where attempts are made without a host of runs.</summary>
    public WaitBoard? Waits { get; init; }

    /// <summary>What the host logs of its own work. Default: nothing.</summary>
    public ILogger Logger { get; init; } = NullLogger.Instance;
}
