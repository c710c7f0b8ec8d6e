namespace Updraft.Orchestration;

/// <summary>Codes of what goes wrong with approvals; <c>docs/errors.md</c> lists them.</summary>
public static class ApprovalErrors
{
    /// <summary>The choice of a person fails the task.</summary>
    public const string Rejected = "UPD2220";

    /// <summary>Nobody answered until the deadline, and there is no default.</summary>
    public const string Unanswered = "UPD2221";

    /// <summary>There is no such question.</summary>
    public const string NoQuestion = "UPD2222";

    /// <summary>The question is not open any more: its task ended, its deadline passed, or it was asked anew.</summary>
    public const string Over = "UPD2223";

    /// <summary>Another answer came before.</summary>
    public const string Answered = "UPD2224";

    /// <summary>Who answers is not among those who may.</summary>
    public const string NotAllowed = "UPD2225";

    /// <summary>An answer does not fit the choices or the form of its question.</summary>
    public const string Answer = "UPD2226";
}
