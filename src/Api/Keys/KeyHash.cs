namespace Updraft.Api;

/// <summary>
/// What may be known of a key by everybody: its id, and the SHA-256 of all of it. Written <c>ID:HASH</c>, in lower-case hexadecimal digits: 12 and 64.
/// </summary>
public sealed class KeyHash
{
    private KeyHash(string id, byte[] hash) => (Id, Hash) = (id, hash);

    /// <summary>Names the key.</summary>
    public string Id { get; }

    internal byte[] Hash { get; }

    /// <summary>Reads one; null when it is none.</summary>
    public static KeyHash? Parse(string text) =>
        text.Split(':') is [{ Length: KeyToken.IdDigits } id, { Length: 2 * KeyToken.HashBytes } hash] && id.All(char.IsAsciiHexDigitLower) && hash.All(char.IsAsciiHexDigitLower)
            ? new KeyHash(id, Convert.FromHexString(hash))
            : null;
}
