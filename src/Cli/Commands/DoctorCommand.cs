using System.CommandLine;

namespace Updraft.Cli;

/// <summary><c>updraft doctor</c>.</summary>
internal static class DoctorCommand
{
    private const int Ailing = 1;

    public static Command Of(Session session)
    {
        var command = session.Asking("doctor", "Checks the installation, and says what to fix; exits with 1 when something does not work.");
        command.SetAction(async (parsed, cancellation) =>
        {
            var found = await FindAsync(session, parsed, cancellation);
            session.Print(parsed, found, found.SelectMany(Lines));
            return found.Any(finding => finding.State == FindingState.Wrong) ? Ailing : ExitCodes.Success;
        });
        return command;
    }

    private static async Task<IReadOnlyList<Finding>> FindAsync(Session session, ParseResult parsed, CancellationToken cancellation)
    {
        var clock = session.Terminal.Clock;
        await using var api = session.Connect(parsed);
        var found = new List<Finding>();
        if (api.Folder is { } folder)
        {
            var owned = OwnerSocket.Find(folder) is not null;
            found.AddRange(FolderChecks.Of(folder, owned));
            found.Add(FolderChecks.TimeZones());
            if (!owned) found.AddRange(FolderChecks.Ports());
            found.AddRange(await ProgramChecks.AllAsync(cancellation));
            if (!DataFolder.Exists(folder)) return found;
            if (await StorageChecks.OfAsync(folder, session.StorageOf(parsed), cancellation) is { } storage)
            {
                found.Add(storage);
                if (storage.State == FindingState.Wrong) return found;
            }
        }
        found.AddRange(await ServerChecks.OfAsync(api, clock, cancellation));
        return found;
    }

    private static IEnumerable<string> Lines(Finding finding)
    {
        var mark = finding.State switch { FindingState.Ok => "ok    ", FindingState.Notice => "note  ", _ => "WRONG " };
        yield return $"{mark} {finding.Check}: {Printable.Of(finding.Text)}";
        if (finding.Fix is { } fix) yield return $"       → {Printable.Of(fix)}";
    }
}
