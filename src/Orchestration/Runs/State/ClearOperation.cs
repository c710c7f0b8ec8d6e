namespace Updraft.Orchestration;

/// <summary>Instances that go back to none together, once the last of their work is dead.</summary>
internal sealed class ClearOperation(string id)
{
    /// <summary>The command's id.</summary>
    public string Id { get; } = id;

    public HashSet<TaskInstance> Instances { get; } = [];

    /// <summary>Maps whose lists are made anew.</summary>
    public HashSet<Expansion> Reopen { get; } = [];

    /// <summary>Maps in parts, of which what never ran is decided anew.</summary>
    public HashSet<Expansion> AnewInParts { get; } = [];

    /// <summary>Instances whose work is not dead yet.</summary>
    public int Waiting { get; set; }
}
