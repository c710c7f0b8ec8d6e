using System.IO.Pipelines;
using System.Text;
using Updraft.Dags;

namespace Updraft.Operators;

/// <summary>Moves files into the volume of a pod and out of it, by programs that it runs in the containers beside the one that works.</summary>
/// <param name="access">The cluster.</param>
/// <param name="pod">Path of the pod.</param>
internal sealed class KubernetesFiles(KubernetesAccess access, string pod)
{
    private const int ChunkBytes = 32 * 1024;

    /// <summary>Whether the inputs are in the pod.</summary>
    public async Task<bool> AreSentAsync(CancellationToken stop)
    {
        using var exec = await KubernetesExec.StartAsync(access, pod, KubernetesVolume.Before, KubernetesVolume.IsSent, stop);
        return (await exec.EndAsync(stop)).ExitCode == 0;
    }

    /// <summary>Sends a folder of this machine; nothing happens where one was sent before.</summary>
    /// <exception cref="UpdraftException"><see cref="OperatorErrors.ContainerStart"/>: the pod cannot take it.</exception>
    public async Task SendAsync(string folder, CancellationToken stop)
    {
        await File.WriteAllTextAsync(Path.Combine(folder, KubernetesVolume.LastFile), "", stop);
        var bytes = 0L;
        await FolderTar.PackAsync(folder, async tar => bytes = await LengthAsync(tar, stop), stop, asGnu: true);
        using var exec = await KubernetesExec.StartAsync(access, pod, KubernetesVolume.Before, KubernetesVolume.Take(bytes, Guid.NewGuid().ToString("N")), stop);
        KubernetesExecEnd? end = null;
        await FolderTar.PackAsync(folder, async tar => end = await FeedAsync(exec, tar, stop), stop, asGnu: true);
        if (end!.ExitCode != 0) throw new UpdraftException(OperatorErrors.ContainerStart, $"the pod cannot take its inputs: {Said(end)}");
    }

    /// <summary>Copies the artifacts into a folder of this machine, which is not there yet.</summary>
    /// <exception cref="UpdraftException">They cannot be read, or hold what no folder may.</exception>
    public async Task FetchAsync(string folder, CancellationToken stop)
    {
        var partial = folder + ".part";
        if (Directory.Exists(partial)) Directory.Delete(partial, recursive: true);
        var mark = Guid.NewGuid().ToString("N");
        using var exec = await KubernetesExec.StartAsync(access, pod, KubernetesVolume.Beside, KubernetesVolume.Give(mark), stop);
        var pipe = new Pipe();
        var reading = ReadAsync(exec, Encoding.ASCII.GetBytes(mark), pipe.Writer, stop);
        try
        {
            await FolderTar.UnpackAsync(pipe.Reader.AsStream(), partial, stop);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            throw new ServiceException($"the artifacts came as a tar that cannot be read: {e.Message}", inner: e);
        }
        finally
        {
            await pipe.Reader.CompleteAsync();
            exec.Dispose(); // What is left of the program's output is not wanted.
            await reading;
        }
        Directory.Move(Path.Combine(partial, ContainerFiles.ArtifactsFolder), folder);
        Directory.Delete(partial);
    }

    /// <summary>Lets the container end that waits until the artifacts are read.</summary>
    public async Task ReleaseAsync(CancellationToken stop)
    {
        using var exec = await KubernetesExec.StartAsync(access, pod, KubernetesVolume.Beside, KubernetesVolume.Release, stop);
        var end = await exec.EndAsync(stop);
        if (end.ExitCode != 0) throw new ServiceException($"the container {KubernetesVolume.Beside} cannot be told to end: {Said(end)}");
    }

    private static async Task<long> LengthAsync(Stream stream, CancellationToken stop)
    {
        var length = 0L;
        var buffer = new byte[ChunkBytes];
        while (await stream.ReadAsync(buffer, stop) is > 0 and var read) length += read;
        return length;
    }

    /// <summary>Writes while the program runs, and tells its end.</summary>
    private static async Task<KubernetesExecEnd> FeedAsync(KubernetesExec exec, Stream input, CancellationToken stop)
    {
        var end = exec.EndAsync(stop);
        var buffer = new byte[ChunkBytes];
        try
        {
            while (!end.IsCompleted && await input.ReadAsync(buffer, stop) is > 0 and var read) await exec.WriteAsync(buffer.AsMemory(0, read), stop);
        }
        catch (ServiceException) when (!stop.IsCancellationRequested)
        {
            // Either the program has ended before it read all, or there is no end: both are said there.
        }
        return await end;
    }

    /// <summary>Hands on what the program writes; the last that comes is the mark, which is answered.</summary>
    private static async Task ReadAsync(KubernetesExec exec, byte[] mark, PipeWriter to, CancellationToken stop)
    {
        try
        {
            var last = new byte[mark.Length];
            var isWhole = false;
            while (true)
            {
                var chunk = to.GetMemory(ChunkBytes);
                var read = await exec.ReadAsync(chunk, stop);
                if (read == 0) break;
                Shift(last, chunk.Span[..read]);
                to.Advance(read);
                if ((await to.FlushAsync(stop)).IsCompleted) return;
                if (isWhole || !last.AsSpan().SequenceEqual(mark)) continue;
                isWhole = true;
                await exec.WriteAsync(new byte[1], stop);
            }
            var end = await exec.EndAsync(stop);
            if (end.ExitCode != 0) throw new UpdraftException(OperatorErrors.Output, $"the artifacts cannot be read: {Said(end)}");
            if (!isWhole) throw new ServiceException("the artifacts did not come to their end");
            await to.CompleteAsync();
        }
        catch (Exception e)
        {
            await to.CompleteAsync(e); // Whoever unpacks gets it.
        }
    }

    /// <summary>Keeps the last bytes of what has come.</summary>
    private static void Shift(Span<byte> last, ReadOnlySpan<byte> fresh)
    {
        if (fresh.Length < last.Length) last[fresh.Length..].CopyTo(last);
        var count = Math.Min(fresh.Length, last.Length);
        fresh[^count..].CopyTo(last[^count..]);
    }

    private static string Said(KubernetesExecEnd end) => end.Said.Length == 0 ? $"exit code {end.ExitCode}" : end.Said;
}
