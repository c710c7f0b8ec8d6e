using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Updraft.Orchestration;

/// <summary>The documents that an execution is about to store: the last head, and what has changed since.</summary>
internal sealed class ActorDraft(ActorInput input, ActorHead? head, string? etag)
{
    /// <summary>How much of pages goes with one call. What is larger goes alone.</summary>
    private const int BatchBytes = 160 * 1024;

    private readonly SortedDictionary<int, JsonElement> _pages = [];
    private ActorHead _head = head ?? new() { Kind = input.Id.Kind, Generation = input.Generation, Revision = 0, Final = false, Pages = 0, Taken = [], Body = NoBody.Json };
    private string? _etag = etag;
    private string? _summary;

    /// <summary>Whether something is to be stored.</summary>
    public bool IsNew { get; private set; }

    /// <summary>Takes over what has changed.</summary>
    public void Add(ActorChanges? changes, IReadOnlyList<string> taken)
    {
        IsNew = changes is not null || !taken.SequenceEqual(_head.Taken);
        _head = _head with { Write = _head.Write + 1, Taken = taken };
        if (changes is null) return;
        foreach (var page in changes.Pages) _pages[page.Number] = Checked(page).Content;
        _summary = changes.Summary;
        _head = _head with { Body = changes.Body, Revision = changes.Revision, Pages = Math.Max(_head.Pages, _pages.Count == 0 ? 0 : _pages.Keys.Last() + 1) };
    }

    /// <summary>Pages that do not fit beside the head, to be stored before it.</summary>
    public IEnumerable<PublishPages> NextPages()
    {
        while (_pages.Values.Sum(Bytes) > BatchBytes)
        {
            var batch = new List<ActorPage>();
            for (var room = BatchBytes; _pages.Count > 0 && (batch.Count == 0 || Bytes(_pages.Values.First()) <= room);)
            {
                var (number, content) = _pages.First();
                _pages.Remove(number);
                batch.Add(new(number, content));
                room -= Bytes(content);
            }
            yield return new(input.Id, input.Generation, _head.Write, batch);
        }
    }

    /// <summary>The head with the pages that are left.</summary>
    public PublishActor Next()
    {
        var pages = _pages.Select(page => new ActorPage(page.Key, page.Value)).ToImmutableArray();
        _pages.Clear();
        return new(input.Id, _etag, _head, _summary, pages);
    }

    /// <summary>The head is stored.</summary>
    public void Stored(string stored) => _etag = stored;

    private ActorPage Checked(ActorPage page) =>
        Bytes(page.Content) is var bytes && bytes <= ActorPage.MaxBytes ? page : throw ActorErrors.PageOf(input.Id, page.Number, bytes);

    private static int Bytes(JsonElement json) => JsonMarshal.GetRawUtf8Value(json).Length;
}
