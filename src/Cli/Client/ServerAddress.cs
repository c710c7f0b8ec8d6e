using Updraft.Dags;

namespace Updraft.Cli;

/// <summary>Which server is asked, and with which key.</summary>
internal static class ServerAddress
{
    /// <summary>The environment variable that names the server.</summary>
    public const string Variable = "UPDRAFT_SERVER";

    /// <summary>The environment variable that holds the key.</summary>
    public const string KeyVariable = "UPDRAFT_KEY";

    /// <summary>The environment variable that names the file that holds the key.</summary>
    public const string KeyFileVariable = "UPDRAFT_KEY_FILE";

    private const int LargestKey = 4096;

    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    /// <summary>The server that a command line means; null where it means a data folder.</summary>
    /// <param name="server">The address that was typed; null for none.</param>
    /// <param name="data">The data folder that was typed; null for none.</param>
    /// <exception cref="UpdraftException"><see cref="CliErrors.Server"/>.</exception>
    public static Uri? Read(string? server, string? data)
    {
        if (server is not null && data is not null) throw new UpdraftException(CliErrors.Server, "--server and --data exclude each other: a command asks a server or a data folder");
        var text = server ?? (data is null && Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } variable ? variable : null);
        if (text is null) return null;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https") || address.PathAndQuery != "/" || address.UserInfo.Length > 0)
            throw new UpdraftException(CliErrors.Server, $"'{Printable.Of(text)}' is no address of a server: write it as in https://updraft.example.org");
        return address;
    }

    /// <summary>The key to sign in with; null for none.</summary>
    /// <param name="file">The file that was typed; null for none.</param>
    /// <exception cref="UpdraftException"><see cref="CliErrors.KeyFile"/>.</exception>
    public static string? ReadKey(string? file)
    {
        if (file is null && Environment.GetEnvironmentVariable(KeyVariable) is { Length: > 0 } key) return Checked(key.Trim(), KeyVariable);
        return (file ?? Environment.GetEnvironmentVariable(KeyFileVariable)) is { Length: > 0 } path ? ReadFile(path) : null;
    }

    private static string ReadFile(string path)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read);
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(stream.SafeFileHandle) & Others) != 0) throw new UpdraftException(CliErrors.KeyFile, $"the key file {path} can be read by others: take that away with 'chmod 600 {path}'");
            using var reader = new StreamReader(stream);
            var text = new char[LargestKey + 1];
            return Checked(new string(text, 0, reader.ReadBlock(text)).Trim(), path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UpdraftException(CliErrors.KeyFile, $"the key file cannot be read: {e.Message}", e);
        }
    }

    // What is shown may be a part of a secret, so it is not shown.
    private static string Checked(string key, string from) => key.Length is > 0 and <= LargestKey && key.All(c => c is > ' ' and <= '~')
        ? key
        : throw new UpdraftException(CliErrors.KeyFile, $"{from} holds no key: a key is one word, as 'updraft keys create' prints it");
}
