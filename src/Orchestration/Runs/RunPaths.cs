namespace Updraft.Orchestration;

/// <summary>Where the documents of runs lie.</summary>
public static class RunPaths
{
    /// <summary>The actor of a run.</summary>
    public static ActorId Of(string runId) => new(ActorKindNames.Run, "runs/" + DocumentPath.Of(runId));

    /// <summary>The actor of a part of a run.</summary>
    public static ActorId PartOf(string runId, string part) => new(ActorKindNames.Part, $"{Of(runId).Path}parts/{DocumentPath.Of(part)}");
}
