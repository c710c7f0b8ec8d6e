using System.Runtime.InteropServices;

namespace Updraft.Azure;

/// <summary>Bytes in memory as the client wants to read them, once per try.</summary>
internal static class ContentStream
{
    public static MemoryStream Of(ReadOnlyMemory<byte> bytes) => MemoryMarshal.TryGetArray(bytes, out var array)
        ? new MemoryStream(array.Array!, array.Offset, array.Count, writable: false)
        : new MemoryStream(bytes.ToArray(), writable: false);
}
