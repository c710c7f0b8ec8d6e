using System.Security.Cryptography;

namespace Updraft.Azure;

/// <summary>Names of blocks: no two writers have one in common, and all are of one length, as the service demands within a blob.</summary>
internal static class BlockIds
{
    public static string New() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(24));
}
