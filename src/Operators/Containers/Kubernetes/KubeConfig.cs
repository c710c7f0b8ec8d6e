using System.Text;
using Updraft.Dags;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Updraft.Operators;

/// <summary>Reads the file by which kubectl finds clusters (kubeconfig, v1). What would start a program is refused.</summary>
internal static class KubeConfig
{
    /// <summary>What a context of the file says.</summary>
    /// <param name="file">The file.</param>
    /// <param name="context">Name of the context; null for the current one.</param>
    /// <exception cref="UpdraftException"><see cref="OperatorErrors.Connection"/>.</exception>
    public static KubernetesAccess Read(string file, string? context)
    {
        var root = Parse(file);
        var name = context ?? Text(root, "current-context") ?? throw Wrong(file, "it has no current-context: name one by the option context");
        var chosen = Named(file, root, "contexts", "context", name);
        var cluster = Named(file, root, "clusters", "cluster", Text(chosen, "cluster") ?? throw Wrong(file, $"context '{name}' names no cluster"));
        var user = Text(chosen, "user") is { } userName ? Named(file, root, "users", "user", userName) : new YamlMappingNode();
        Refuse(file, cluster, "insecure-skip-tls-verify", "give the certificate-authority instead");
        Refuse(file, cluster, "proxy-url", "proxies are not used");
        Refuse(file, user, "exec", "programs are not started to sign in: give a token, a client certificate, or a connection with 'azure'");
        Refuse(file, user, "auth-provider", "programs are not started to sign in: give a token, a client certificate, or a connection with 'azure'");
        Refuse(file, user, "as", "impersonation is not supported");
        if (!Uri.TryCreate(Text(cluster, "server"), UriKind.Absolute, out var server)) throw Wrong(file, $"the cluster of context '{name}' has no server");
        return new KubernetesAccess(
            new Connection { Url = server, User = Text(user, "username"), Password = Text(user, "password"), Token = Text(user, "token") ?? Pointed(file, user, "tokenFile")?.Trim() },
            Text(chosen, "namespace") ?? "default",
            new KubernetesTrust
            {
                Authority = Data(file, cluster, "certificate-authority"),
                Certificate = Data(file, user, "client-certificate"),
                Key = Data(file, user, "client-key"),
                ServerName = Text(cluster, "tls-server-name"),
            });
    }

    /// <summary>The text of a file.</summary>
    public static string ReadFile(string file, string where)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UpdraftException(OperatorErrors.Connection, $"{where} cannot be used: {e.Message}", e);
        }
    }

    private static YamlMappingNode Parse(string file)
    {
        try
        {
            var yaml = new YamlStream();
            yaml.Load(new StringReader(ReadFile(file, file)));
            return yaml.Documents.Count > 0 && yaml.Documents[0].RootNode is YamlMappingNode root ? root : throw Wrong(file, "it is no mapping");
        }
        catch (YamlException e)
        {
            throw Wrong(file, $"it is no YAML (line {e.Start.Line})"); // The message may show a part of a token.
        }
    }

    private static YamlMappingNode Named(string file, YamlMappingNode root, string list, string kind, string name)
    {
        if (Node(root, list) is YamlSequenceNode entries)
        {
            foreach (var entry in entries.OfType<YamlMappingNode>().Where(entry => Text(entry, "name") == name))
                if (Node(entry, kind) is YamlMappingNode found) return found;
        }
        throw Wrong(file, $"it has no {kind} '{name}'");
    }

    private static void Refuse(string file, YamlMappingNode node, string field, string instead)
    {
        if (Node(node, field) is { } given && !(given is YamlScalarNode { Value: null or "" or "false" })) throw Wrong(file, $"'{field}' is refused: {instead}");
    }

    /// <summary>The value of <c>NAME-data</c>, which is base64, else of the file that <c>NAME</c> names.</summary>
    private static string? Data(string file, YamlMappingNode node, string name)
    {
        if (Text(node, $"{name}-data") is not { } data) return Pointed(file, node, name);
        try
        {
            return Encoding.UTF8.GetString(Convert.FromBase64String(data));
        }
        catch (FormatException)
        {
            throw Wrong(file, $"'{name}-data' is no base64");
        }
    }

    private static string? Pointed(string file, YamlMappingNode node, string name) =>
        Text(node, name) is { } path ? ReadFile(Path.GetFullPath(path, Path.GetDirectoryName(Path.GetFullPath(file))!), file) : null;

    private static YamlNode? Node(YamlMappingNode node, string name) => node.Children.TryGetValue(new YamlScalarNode(name), out var found) ? found : null;

    private static string? Text(YamlMappingNode node, string name) => Node(node, name) is YamlScalarNode { Value: { Length: > 0 } text } ? text : null;

    private static UpdraftException Wrong(string file, string why) => new(OperatorErrors.Connection, $"{file} cannot be used: {why}");
}
