namespace Updraft.Dags;

/// <summary>
/// The root of every failure that Updraft reports. <see cref="Code"/> is stable and listed in <c>docs/errors.md</c>; the message says what
/// is wrong, where, and what to do.
/// </summary>
public class UpdraftException : Exception
{
    /// <summary>Creates the failure.</summary>
    public UpdraftException(string code, string message, Exception? inner = null)
        : base(message, inner) => Code = code;

    /// <summary>A stable code, as in <c>UPD1001</c>.</summary>
    public string Code { get; }
}
