using System.Security.Cryptography;

namespace Updraft.Operators;

/// <summary>The checksum by which the file service and we see whether a part of a file came as it was sent.</summary>
internal static class RangeChecksum
{
#pragma warning disable CA5351 // The service knows no other. It is against damage on the way, not against an attacker, whom TLS keeps out.
    public static byte[] Of(ReadOnlySpan<byte> content) => MD5.HashData(content);
#pragma warning restore CA5351
}
