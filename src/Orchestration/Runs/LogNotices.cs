namespace Updraft.Orchestration;

/// <summary>Tells that a log has grown, by its path.</summary>
public sealed class LogNotices : Notices
{
    internal void Appended(string path) => Ring(path);
}
