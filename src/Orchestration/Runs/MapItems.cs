using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Updraft.Dags;

namespace Updraft.Orchestration;

/// <summary>The stored slots of mapped regions, in pages. A path is written once, by one expansion, and never changes.</summary>
public sealed class MapItems(IBlobStore blobs)
{
    /// <summary>Slots on a page.</summary>
    public const int PageSize = 200;

    // Many instances of a region read the same page at the same time; a few pages are kept, each in the one place its path falls to.
    private readonly Page?[] _recent = new Page?[64];

    private sealed record Page(string Path, ImmutableArray<MapItem> Items);

    /// <summary>Stores the slots of a region under <paramref name="path"/>, which ends in <c>/</c>.</summary>
    public async Task WriteAsync(string path, ImmutableArray<MapItem> slots, CancellationToken cancellation = default)
    {
        for (var first = 0; first < slots.Length; first += PageSize)
        {
            var page = slots.Slice(first, Math.Min(PageSize, slots.Length - first));
            using var content = new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(page, OrchestrationJson.Options));
            await blobs.WriteAsync(PathOf(path, first / PageSize), content, cancellation);
        }
    }

    /// <summary>A page of slots: those from <c>page × PageSize</c>. Empty past the last.</summary>
    public async Task<ImmutableArray<MapItem>> ReadPageAsync(string path, int page, CancellationToken cancellation = default)
    {
        var blob = PathOf(path, page);
        ref var kept = ref _recent[(uint)string.GetHashCode(blob, StringComparison.Ordinal) % _recent.Length];
        if (kept is { } found && found.Path == blob) return found.Items;
        return await LoadAsync(blob, cancellation);
    }

    /// <summary>All slots of a region.</summary>
    public async Task<ImmutableArray<MapItem>> ReadAllAsync(string path, CancellationToken cancellation = default)
    {
        var slots = ImmutableArray.CreateBuilder<MapItem>();
        for (var page = 0; ; page++)
        {
            var items = await ReadPageAsync(path, page, cancellation);
            slots.AddRange(items);
            if (items.Length < PageSize) return slots.ToImmutable();
        }
    }

    /// <summary>The slot that an instance works on.</summary>
    /// <exception cref="UpdraftException">It is not there.</exception>
    public async Task<MapItem> ReadAsync(MapPlace place, CancellationToken cancellation = default)
    {
        var page = await ReadPageAsync(place.Items, place.Slot / PageSize, cancellation);
        return place.Slot % PageSize < page.Length
            ? page[place.Slot % PageSize]
            : throw new UpdraftException(MapErrors.NoItems, $"item {place.Slot} of '{place.Region}' is not stored under {place.Items}: clear the mapped task so that it is expanded again");
    }

    private async Task<ImmutableArray<MapItem>> LoadAsync(string blob, CancellationToken cancellation)
    {
        await using var content = await blobs.OpenReadAsync(blob, 0, cancellation);
        if (content is null) return [];
        var items = await JsonSerializer.DeserializeAsync<ImmutableArray<MapItem>>(content, OrchestrationJson.Options, cancellation);
        _recent[(uint)string.GetHashCode(blob, StringComparison.Ordinal) % _recent.Length] = new Page(blob, items);
        return items;
    }

    private static string PathOf(string path, int page) => string.Create(CultureInfo.InvariantCulture, $"{path}{page:D6}.json/");
}
