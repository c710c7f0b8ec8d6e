using System.Security.Cryptography;
using System.Text;

namespace Updraft.Orchestration;

/// <summary>Where the documents of jobs and sensors lie.</summary>
public static class JobPaths
{
    /// <summary>The actor that drives an attempt of a job or sensor of a run.</summary>
    public static ActorId Of(string runId, string attemptId) => Under(RunPaths.Of(runId).Path, attemptId);

    /// <summary>A short name of an attempt, whatever its length, for what is made in its name.</summary>
    public static string NameOf(string attemptId) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(attemptId)).AsSpan(0, 12));

    internal static ActorId Under(string runPath, string attemptId) => new(ActorKindNames.Job, $"{runPath}jobs/{DocumentPath.Of(attemptId)}");

    /// <summary>Whether an attempt takes nothing in any more: it has ended, or there is none.</summary>
    internal static async Task<bool> IsOverAsync(ActorClient actors, ActorId job, CancellationToken cancellation)
    {
        if (await actors.GetHeadAsync(job, cancellation) is not { } head) return await actors.GetRequestAsync(job, cancellation) is null;
        return head.Final || JobState.Read(head.Body).Phase is JobPhase.Telling or JobPhase.Done;
    }
}
