using System.Security.Cryptography;
using System.Text;
using Updraft.Orchestration;

namespace Updraft.Azure;

/// <summary>Says who acts for an attempt.</summary>
internal sealed record ClaimDocument
{
    /// <summary>All claims.</summary>
    public const string Prefix = "claims/";

    /// <summary>Version of the document's format.</summary>
    public int Format { get; init; } = 1;

    /// <summary>The attempt.</summary>
    public required string AttemptId { get; init; }

    /// <summary>Tells claims apart, those of one process too.</summary>
    public required string Holder { get; init; }

    /// <summary>When the holder last said that it is alive.</summary>
    public required DateTimeOffset Renewed { get; init; }

    /// <summary>Whether the holder is asked to stop.</summary>
    public bool Stop { get; init; }

    /// <summary>Where it is. An attempt's id may be longer than a blob's name, and names near each other lie on one server.</summary>
    public static string PathOf(string attemptId) => DocumentPath.Of("claims", Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(attemptId)).AsSpan(0, 16)));
}
