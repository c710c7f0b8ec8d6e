using System.Security.Cryptography;
using System.Text;

namespace Updraft.Api;

/// <summary>A key as it is sent: <c>upd_</c>, the id, <c>_</c>, and the secret of 256 random bits. Only its hash is stored.</summary>
internal sealed class KeyToken
{
    /// <summary>What every key begins with, so that a leaked one is known for what it is.</summary>
    public const string Prefix = "upd_";

    /// <summary>Digits of the id.</summary>
    public const int IdDigits = 12;

    /// <summary>Bytes of <see cref="Hash"/>.</summary>
    public const int HashBytes = SHA256.HashSizeInBytes;

    private const int SecretDigits = 64;

    private readonly string _secret;

    private KeyToken(string id, string secret) => (Id, _secret) = (id, secret);

    /// <summary>Names the key; no secret.</summary>
    public string Id { get; }

    /// <summary>All of it, to be shown once.</summary>
    public string Text => $"{Prefix}{Id}_{_secret}";

    /// <summary>What is stored. The secret is random and long, so that a slow hash would add nothing.</summary>
    public byte[] Hash() => SHA256.HashData(Encoding.ASCII.GetBytes(Text));

    /// <summary>A new one.</summary>
    public static KeyToken New() => new(RandomNumberGenerator.GetHexString(IdDigits, lowercase: true), RandomNumberGenerator.GetHexString(SecretDigits, lowercase: true));

    /// <summary>Reads what was sent; null when it is no key.</summary>
    public static KeyToken? Parse(string text)
    {
        if (text.Length != Prefix.Length + IdDigits + 1 + SecretDigits || !text.StartsWith(Prefix, StringComparison.Ordinal) || text[Prefix.Length + IdDigits] != '_') return null;
        var (id, secret) = (text.Substring(Prefix.Length, IdDigits), text[^SecretDigits..]);
        return id.All(char.IsAsciiHexDigitLower) && secret.All(char.IsAsciiHexDigitLower) ? new KeyToken(id, secret) : null;
    }
}
