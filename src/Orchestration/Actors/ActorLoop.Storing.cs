using System.Text.Json;

namespace Updraft.Orchestration;

// What the loop keeps of an actor: its documents, stored when they are due, and its inbox, read when hinted.
internal sealed partial class ActorLoop
{
    // ---- The documents

    private async Task PublishLaterAsync()
    {
        _publishTimer = true;
        if (!await SleepAsync(_storedAt + options.PublishEvery, _leaving.Token)) return;
        Arrive(() => (_publishTimer, _publishNow) = (false, _publishNow || _dirty));
    }

    /// <summary>Stores what changed, pages before the head that counts them; or ends the actor with it.</summary>
    private async Task StoreAsync(bool end)
    {
        (_storing, _dirty, _publishNow, _storedAt) = (true, false, false, context.CurrentUtcDateTime);
        var taken = _taken.Total;
        var waiting = _afterPublish;
        _afterPublish = [];
        try
        {
            _draft.Add(_machine.TakeChanges(), _taken.ToStore());
            PublishedActor? stored = null;
            if (end || _draft.IsNew)
            {
                foreach (var pages in _draft.NextPages()) await CallAsync(ActivityNames.PublishPages, pages);
                stored = Read<PublishedActor>(await CallAsync(end ? ActivityNames.EndActor : ActivityNames.PublishActor, _draft.Next()));
            }
            Arrive(() => Stored(stored));
        }
        catch (Exception exception)
        {
            Fail(exception);
        }

        void Stored(PublishedActor? stored)
        {
            _storing = false;
            if (stored is not null)
            {
                _left = stored.Over;
                _draft.Stored(stored.ETag);
                _taken.Stored(taken);
            }
            if (_left) return;
            foreach (var call in waiting) _ = RunCallAsync(call);
            if (stored?.Told is { } told) Take(told);
        }
    }

    // ---- The inbox: the truth about what was told, whatever became of the hints

    private async Task ListenAsync()
    {
        while (true)
        {
            await context.WaitForExternalEvent<JsonElement>(ActorClient.Hint);
            _events++;
            Arrive(() => _inboxHinted = true);
        }
    }

    private async Task KeepSafeAsync()
    {
        for (var wait = options.FirstSafety; ; wait = wait * 2 < options.LastSafety ? wait * 2 : options.LastSafety)
        {
            if (!await SleepAsync(context.CurrentUtcDateTime + wait, _leaving.Token)) return;
            Arrive(() => _inboxHinted = true);
        }
    }

    /// <summary>Reads when hinted, deletes what is stored as taken: one at a time, so that no reading sees what a deletion was to remove.</summary>
    private void WorkOnInbox()
    {
        if (_inboxBusy || (_machine.IsFinal && _calls.Count == 0)) return; // The end reads the inbox itself.
        if (_inboxHinted)
        {
            _inboxHinted = false;
            _ = InboxAsync(ActivityNames.ReadInbox, _taken.NotDeleted(), (result, _) => Take(Read<InboxBatch>(result)));
        }
        else if (_taken.ToDelete() is { Count: > 0 } ids)
        {
            _ = InboxAsync(ActivityNames.ClearInbox, ids, (_, deleted) => _taken.Deleted(deleted.Count));
        }
    }

    private async Task InboxAsync(string activity, IReadOnlyList<string> ids, Action<JsonElement, IReadOnlyList<string>> then)
    {
        _inboxBusy = true;
        try
        {
            var result = await CallAsync(activity, new TakenEntries(_input.Id, ids));
            Arrive(() =>
            {
                _inboxBusy = false;
                then(result, ids);
            });
        }
        catch (Exception exception)
        {
            Fail(exception);
        }
    }

    private void Take(InboxBatch batch)
    {
        if (batch.More) _inboxHinted = true;
        foreach (var entry in batch.Entries)
            if (_taken.Add(entry.Id)) Feed(new Told(entry.Id, entry.Kind, entry.Body));
    }
}
