using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Updraft.Orchestration;

/// <summary>
/// The orchestration instance of an actor's generation: kind, up to 24 readable characters, 26 of the base32 SHA-256 of the full identity,
/// generation. At most 60 characters, and never a raw name.
/// </summary>
public static class ActorInstanceId
{
    private const int MaxLength = 60;
    private const int MaxReadable = 24;
    private const int HashLength = 26;
    private const string Base32 = "abcdefghijklmnopqrstuvwxyz234567";

    /// <summary>The id of a generation's instance.</summary>
    public static string Of(ActorId id, int generation)
    {
        var last = generation.ToString(CultureInfo.InvariantCulture);
        var room = MaxLength - id.Kind.Length - HashLength - last.Length - 3;
        var readable = Readable(DocumentPath.LastName(id.Path), Math.Min(MaxReadable, room));
        return $"{id.Kind}-{readable}-{Hash(id)}-{last}";
    }

    /// <summary>What the ids of all generations of an actor have in common, and no other actor's has.</summary>
    public static string HashOf(string instanceId) => instanceId.Split('-') is [.., var hash, _] ? hash : "";

    private static string Readable(string name, int room) =>
        string.Concat(name.Take(room).Select(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' ? c : '-'));

    private static string Hash(ActorId id)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(id.Kind + "/" + id.Path));
        var text = new StringBuilder(HashLength);
        for (var bit = 0; text.Length < HashLength; bit += 5)
        {
            var pair = (hash[bit / 8] << 8) | hash[bit / 8 + 1];
            text.Append(Base32[(pair >> (11 - bit % 8)) & 31]);
        }
        return text.ToString();
    }
}
