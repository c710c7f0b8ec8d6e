using System.IO.MemoryMappedFiles;

namespace Updraft.Embedded;

/// <summary>
/// What is at work at the moment, in a file mapped into memory: writing there costs nothing, and what is there stays when the process dies.
/// It tells what a host died of, not what must not be lost: after a power cut it may say anything. Safe for use by many threads.
/// </summary>
internal sealed class AtWork : IDisposable
{
    public const string FileName = "updraft.work";

    /// <summary>The place of what is not noted.</summary>
    public const int Nowhere = -1;

    // Turns and activities at once; more of them are not noted.
    private const int Places = 1_024;
    private const int Size = 24;

    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly Lock _gate = new();
    private readonly Stack<int> _free = new(Enumerable.Range(0, Places).Reverse());

    private AtWork(MemoryMappedFile file, MemoryMappedViewAccessor view) => (_file, _view) = (file, view);

    /// <summary>Opens the notes of a folder, and returns what was at work when the last process died.</summary>
    public static AtWork Open(string folder, out IReadOnlyList<WorkPiece> left)
    {
        using var stream = new FileStream(Path.Combine(folder, FileName), PrivateFiles.Options(FileMode.OpenOrCreate, FileShare.ReadWrite));
        if (stream.Length != Places * Size) stream.SetLength(Places * Size);
        var file = MemoryMappedFile.CreateFromFile(stream, null, Places * Size, MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: false);
        var notes = new AtWork(file, file.CreateViewAccessor());
        left = notes.TakeAll();
        return notes;
    }

    /// <summary>Notes that something begins; the place to give back at its end, <see cref="Nowhere"/> for none.</summary>
    public int Begin(WorkPiece piece)
    {
        int place;
        lock (_gate)
        {
            if (!_free.TryPop(out place)) return Nowhere;
        }
        var at = place * Size;
        _view.Write(at + 8, piece.Execution);
        _view.Write(at + 12, piece.Seq);
        _view.Write(at, piece.N);
        return place;
    }

    /// <summary>Notes that it has ended.</summary>
    public void End(int place)
    {
        if (place == Nowhere) return;
        _view.Write(place * Size, 0L);
        lock (_gate) _free.Push(place);
    }

    public void Dispose()
    {
        _view.Dispose();
        _file.Dispose();
    }

    private List<WorkPiece> TakeAll()
    {
        var found = new List<WorkPiece>();
        for (var at = 0; at < Places * Size; at += Size)
        {
            if (_view.ReadInt64(at) is var n and > 0) found.Add(new(n, _view.ReadInt32(at + 8), _view.ReadInt32(at + 12)));
            _view.Write(at, 0L);
        }
        return found;
    }
}

/// <summary>A turn or an activity of an instance.</summary>
/// <param name="N">The instance.</param>
/// <param name="Execution">Its execution.</param>
/// <param name="Seq">The activity's number; <see cref="Turn"/> for a turn.</param>
internal readonly record struct WorkPiece(long N, int Execution, int Seq)
{
    public const int Turn = -1;
}
