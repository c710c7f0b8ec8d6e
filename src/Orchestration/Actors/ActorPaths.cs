using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Updraft.Orchestration;

/// <summary>Where the documents of actors lie, and the markers that lead to them.</summary>
public static class ActorPaths
{
    /// <summary>Under it, a marker for each actor that is open: <c>open/kind/path/</c>.</summary>
    public const string OpenMarkers = "open/";

    /// <summary>Under it, a marker for each inbox entry not yet taken, oldest first: <c>untold/time/hash/</c>.</summary>
    public const string UntoldMarkers = "untold/";

    /// <summary>What the actor was asked.</summary>
    public static string Request(ActorId id) => id.Path + "request/";

    /// <summary>The head document.</summary>
    public static string Head(ActorId id) => id.Path + "head/";

    /// <summary>A page, from 0.</summary>
    public static string Page(ActorId id, int number) => string.Create(CultureInfo.InvariantCulture, $"{id.Path}pages/{number:D5}/");

    /// <summary>Under it, the entries of the inbox.</summary>
    public static string Inbox(ActorId id) => id.Path + "inbox/";

    /// <summary>An entry of the inbox.</summary>
    public static string Entry(ActorId id, string entryId) => Inbox(id) + DocumentPath.Of(entryId);

    /// <summary>The marker of an actor that is open.</summary>
    public static string Open(ActorId id) => OpenMarkers + DocumentPath.Of(id.Kind, id.Path);

    /// <summary>The actor that a marker under <see cref="OpenMarkers"/> is of.</summary>
    public static ActorId OfOpen(string marker) => marker.Split('/') is [_, var kind, var path, ""]
        ? new(Uri.UnescapeDataString(kind), Uri.UnescapeDataString(path))
        : throw new ArgumentException($"'{marker}' is no marker of an open actor", nameof(marker));

    /// <summary>The marker of an entry that was told at a time.</summary>
    public static string Untold(DateTimeOffset at, ActorId id, string entryId) =>
        UntoldMarkers + at.UtcTicks.ToString("D19", CultureInfo.InvariantCulture) + "/"
        + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Entry(id, entryId))).AsSpan(0, 16)) + "/";
}
