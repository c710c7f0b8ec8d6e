using Updraft.Dags;

namespace Updraft.Operators;

/// <summary>Reads no more than a limit.</summary>
internal static class BoundedContent
{
    /// <exception cref="UpdraftException"><see cref="OperatorErrors.Output"/>: there is more.</exception>
    public static async Task<byte[]> ReadAsync(Stream stream, long limit, CancellationToken cancellation)
    {
        using var content = new MemoryStream();
        var buffer = new byte[81_920];
        while (await stream.ReadAsync(buffer, cancellation) is > 0 and var read)
        {
            if (content.Length + read > limit) throw new UpdraftException(OperatorErrors.Output, $"the answer is larger than {limit} bytes");
            content.Write(buffer, 0, read);
        }
        return content.ToArray();
    }
}
