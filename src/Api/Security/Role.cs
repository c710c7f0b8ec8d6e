namespace Updraft.Api;

/// <summary>What somebody may do; each role may do what those before it may.</summary>
public enum Role
{
    /// <summary>See.</summary>
    Viewer,

    /// <summary>Trigger, clear, mark, cancel, answer.</summary>
    Operator,

    /// <summary>Publish, which is to run code.</summary>
    Author,

    /// <summary>Keys, teams, and the installation itself.</summary>
    Admin,
}
