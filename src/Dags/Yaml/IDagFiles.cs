namespace Updraft.Dags;

/// <summary>The files of one DAG folder.</summary>
public interface IDagFiles
{
    /// <summary>Opens a file for reading; null when there is none.</summary>
    /// <param name="path">Relative to the folder, with <c>/</c>, never leading out of it.</param>
    /// <exception cref="IOException">It cannot be read.</exception>
    Stream? Open(string path);
}
