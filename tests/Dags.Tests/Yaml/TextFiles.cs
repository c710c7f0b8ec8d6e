using System.Text;

namespace Updraft.Dags.Tests;

internal sealed class TextFiles(params (string Path, string Text)[] files) : IDagFiles
{
    public Stream? Open(string path) =>
        files.FirstOrDefault(file => file.Path == path) is { Path: not null } found ? new MemoryStream(Encoding.UTF8.GetBytes(found.Text)) : null;
}
