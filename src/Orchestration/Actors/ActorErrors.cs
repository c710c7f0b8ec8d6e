using Updraft.Dags;

namespace Updraft.Orchestration;

/// <summary>Codes of the failures of actors and their documents; <c>docs/errors.md</c> lists them.</summary>
public static class ActorErrors
{
    /// <summary>A spec is larger than 512 KB.</summary>
    public const string SpecTooLarge = "UPD2101";

    /// <summary>An actor of a kind that this host does not run.</summary>
    public const string UnknownKind = "UPD2102";

    /// <summary>A spec that a request names was not published.</summary>
    public const string SpecMissing = "UPD2103";

    /// <summary>A page of an actor's document is larger than 240 KB.</summary>
    public const string PageTooLarge = "UPD2104";

    /// <summary>A document was written by a newer version.</summary>
    public const string NewerDocument = "UPD2109";

    internal static UpdraftException NewerOf(string path, int format) =>
        new(NewerDocument, $"document '{path}' has format {format}, and this version knows formats up to {DocumentFormat.Newest}: use the version that wrote it");

    internal static UpdraftException SpecOf(string hash, int bytes) =>
        new(SpecTooLarge, $"the spec {hash} has {bytes:N0} bytes of JSON, over the limit of {SpecStore.MaxBytes:N0}: split the DAG, or move long scripts to files");

    internal static UpdraftException KindOf(ActorId id) =>
        new(UnknownKind, $"actor '{id.Path}' is of the kind '{id.Kind}', which this host does not run: start a host of the version that made it");

    internal static UpdraftException SpecMissingOf(ActorId id, string hash) =>
        new(SpecMissing, $"the version {hash} of the DAG of '{id.Path}' is not in the catalogue: publish it again");

    internal static UpdraftException PageOf(ActorId id, int number, int bytes) =>
        new(PageTooLarge, $"page {number} of '{id.Path}' has {bytes:N0} bytes, over the limit of {ActorPage.MaxBytes:N0}: report this as a bug");
}
