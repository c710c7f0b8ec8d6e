using System.Globalization;
using System.Net.Http.Headers;
using Updraft.Dags;

namespace Updraft.Operators;

/// <summary>How a cluster is reached.</summary>
/// <param name="Connection">The API server, and how to sign in.</param>
/// <param name="Namespace">The namespace where none is given.</param>
/// <param name="Trust">Certificates.</param>
internal sealed record KubernetesAccess(Connection Connection, string Namespace, KubernetesTrust Trust)
{
    // The application of AKS in every tenant of Microsoft Entra ID.
    private const string AksScope = "6dae42f8-4368-4678-94ff-3960e28e3630/.default";

    /// <summary>A client of the API server.</summary>
    public ServiceClient Client() => new(Connection, azureScope: AksScope, through: Trust.Invoker());

    /// <summary>How a request of another kind signs in; null when it does not, or by certificate.</summary>
    public Task<AuthenticationHeaderValue?> SignInAsync(CancellationToken stop) => ServiceClient.SignInAsync(Connection, AksScope, stop);

    /// <summary>What a connection says: a URL, or the option <c>kubeconfig</c>.</summary>
    public static KubernetesAccess Of(Connection connection, string name)
    {
        if (connection.Options.TryGetValue("kubeconfig", out var file)) return KubeConfig.Read(file, connection.Options.GetValueOrDefault("context"));
        if (connection.Url is null) throw new UpdraftException(OperatorErrors.Connection, $"connection '{name}' has neither a url nor the option kubeconfig");
        var authority = connection.Options.TryGetValue("ca_file", out var ca) ? KubeConfig.ReadFile(ca, $"connection '{name}'") : null;
        return new KubernetesAccess(connection, connection.Options.GetValueOrDefault("namespace", "default"), new KubernetesTrust { Authority = authority });
    }

    /// <summary>The cluster that this process runs in, else that of kubectl.</summary>
    public static KubernetesAccess Around(KubernetesHost host)
    {
        var token = Path.Combine(host.ServiceAccount, "token");
        if (host.Variable("KUBERNETES_SERVICE_HOST") is { Length: > 0 } server && File.Exists(token)) return InCluster(host, server, token);
        var files = host.Variable("KUBECONFIG") is { Length: > 0 } given ? given : Path.Combine(host.Variable("HOME") ?? "", ".kube", "config");
        return files.Split(Path.PathSeparator).FirstOrDefault(File.Exists) is { } file
            ? KubeConfig.Read(file, context: null)
            : throw new UpdraftException(OperatorErrors.Connection, "there is no cluster around and no kubeconfig: name a connection to the cluster");
    }

    // The token is replaced by the cluster every hour, so it is read each time.
    private static KubernetesAccess InCluster(KubernetesHost host, string server, string token)
    {
        const string where = "the service account of this pod";
        var port = host.Variable("KUBERNETES_SERVICE_PORT") is { Length: > 0 } given ? int.Parse(given, CultureInfo.InvariantCulture) : 443;
        var space = Path.Combine(host.ServiceAccount, "namespace");
        return new KubernetesAccess(
            new Connection { Url = new UriBuilder("https", server, port).Uri, Token = KubeConfig.ReadFile(token, where).Trim() },
            File.Exists(space) ? KubeConfig.ReadFile(space, where).Trim() : "default",
            new KubernetesTrust { Authority = KubeConfig.ReadFile(Path.Combine(host.ServiceAccount, "ca.crt"), where), IsAround = true });
    }
}

/// <summary>What a process finds of a cluster around it.</summary>
internal sealed record KubernetesHost
{
    /// <summary>Where the cluster puts the pod's service account.</summary>
    public string ServiceAccount { get; init; } = "/var/run/secrets/kubernetes.io/serviceaccount";

    /// <summary>Environment variables.</summary>
    public Func<string, string?> Variable { get; init; } = Environment.GetEnvironmentVariable;
}
