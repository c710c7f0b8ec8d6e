using System.CommandLine;
using System.Globalization;
using Updraft.Orchestration;

namespace Updraft.Cli;

/// <summary><c>updraft pools</c>.</summary>
internal static class PoolCommands
{
    public static Command Of(Session session) => new("pools", "Shows and defines pools, whose slots limit what is at work at once.") { List(session), Show(session), Set(session), Delete(session) };

    private static Command List(Session session)
    {
        var command = session.Asking("list", "Lists pools that are defined or in use, with their slots.");
        command.SetAction(async (parsed, cancellation) =>
        {
            var pools = await session.AskAsync(parsed, api => api.ListAsync<PoolUsage>(() => $"pools", 10_000, cancellation));
            return session.Print(parsed, pools, pools.Count == 0 ? ["No pool is defined or in use."] : Columns.Of([["POOL", "SLOTS", "TAKEN", "WAITING", ""], .. pools.Select(Row)]));
        });
        return command;
    }

    private static Command Show(Session session)
    {
        var pool = PoolArgument();
        var command = session.Asking("show", "Shows who holds the slots of a pool, and who waits for them.", pool);
        command.SetAction(async (parsed, cancellation) =>
        {
            var view = await session.AskAsync(parsed, api => api.GetAsync<PoolView>($"pools/{parsed.GetValue(pool)!}", cancellation));
            return session.Print(parsed, view, [
                FormattableString.Invariant($"{Printable.Of(view.Usage.Name)}  {view.Usage.Taken} of {view.Usage.Slots} slots taken, {view.Usage.Waiters} wait"),
                .. Columns.Of([
                    .. view.Holders.Select(holder => Row("holds", holder.Slots, null, holder.Holder, holder.Asked)),
                    .. view.Waiters.Select(waiter => Row("waits", waiter.Slots, waiter.Priority, waiter.Holder, waiter.Asked))])]);
        });
        return command;
    }

    private static Command Set(Session session)
    {
        var pool = PoolArgument();
        var slots = new Argument<int>("SLOTS") { Description = "How many, 0 or more; 0 lets nobody in." };
        var description = new Option<string?>("--description") { HelpName = "TEXT", Description = "What the pool protects." };
        var includeWaiting = new Option<bool?>("--include-waiting") { Description = "Whether tasks that wait without a worker go on counting. Default: remote jobs do, sensors do not." };
        var command = session.Asking("set", "Gives a pool a number of slots. One that is not defined has 128.", pool, slots, description, includeWaiting);
        command.SetAction(async (parsed, cancellation) =>
        {
            var set = await session.AskAsync(parsed, api => api.PutAsync<PoolView>($"pools/{parsed.GetValue(pool)!}", new PoolDefinition(parsed.GetValue(slots), parsed.GetValue(description), parsed.GetValue(includeWaiting)), cancellation), create: true);
            return session.Print(parsed, set, FormattableString.Invariant($"Pool {Printable.Of(set.Usage.Name)} has {set.Usage.Slots} slots."));
        });
        return command;
    }

    private static Command Delete(Session session)
    {
        var pool = PoolArgument();
        var command = session.Asking("delete", "Takes a pool's definition away, so that it has 128 slots.", pool);
        command.SetAction(async (parsed, cancellation) =>
        {
            var left = await session.AskAsync(parsed, api => api.DeleteAsync<PoolView>($"pools/{parsed.GetValue(pool)!}", cancellation));
            return session.Print(parsed, left, FormattableString.Invariant($"Pool {Printable.Of(left.Usage.Name)} is not defined any more, and has {left.Usage.Slots} slots."));
        });
        return command;
    }

    private static Argument<string> PoolArgument() => new("POOL") { Description = "The pool's name." };

    private static IReadOnlyList<string> Row(PoolUsage pool) =>
    [
        Printable.Of(pool.Name), Text(pool.Slots), Text(pool.Taken), Text(pool.Waiters),
        Printable.Of(pool.Definition is null ? "not defined" : pool.Definition.Description ?? ""),
    ];

    private static IReadOnlyList<string> Row(string what, int slots, int? priority, LeaseHolder holder, DateTimeOffset asked) =>
        ["  " + what, Text(slots), priority is { } number ? $"priority {Text(number)}" : "", Printable.Of($"{holder.RunId} {holder.Place}".TrimEnd()), ShowDag.Time(asked)];

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
