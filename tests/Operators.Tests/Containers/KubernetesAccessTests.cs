using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Operators.Tests;

public sealed class KubernetesAccessTests : IAsyncLifetime, IDisposable
{
    private readonly TestAttempts _attempts = new();
    private readonly Dictionary<string, string> _variables = [];
    private FakeTlsCluster _cluster = null!;

    public async Task InitializeAsync()
    {
        _cluster = await FakeTlsCluster.StartAsync();
        _attempts.With(new KubernetesOperator(TimeProvider.System, new KubernetesHost { ServiceAccount = Path.Combine(_attempts.Folder, "account"), Variable = _variables.GetValueOrDefault }));
    }

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    public void Dispose() => _attempts.Dispose();

    [Fact]
    public async Task InACluster_ItsServiceAccountSignsIn()
    {
        Directory.CreateDirectory(Path.Combine(_attempts.Folder, "account"));
        Write("account/token", "token-1\n");
        Write("account/ca.crt", _cluster.Authority);
        Write("account/namespace", "etl");
        _variables["KUBERNETES_SERVICE_HOST"] = "127.0.0.1";
        _variables["KUBERNETES_SERVICE_PORT"] = _cluster.Url.Port.ToString(CultureInfo.InvariantCulture);
        await SubmitAsync();
        Write("account/token", "token-2\n"); // The cluster replaces it.
        await SubmitAsync();

        Assert.Equal(["Bearer token-1 /apis/batch/v1/namespaces/etl/jobs", "Bearer token-2 /apis/batch/v1/namespaces/etl/jobs"], _cluster.Made);
    }

    [Theory]
    [InlineData("KUBECONFIG", "config")]
    [InlineData("HOME", ".kube/config")]
    public async Task Outside_TheFileOfKubectlSignsInByCertificate(string variable, string file)
    {
        Directory.CreateDirectory(Path.Combine(_attempts.Folder, ".kube"));
        _variables[variable] = variable == "HOME" ? _attempts.Folder : Write(file, "");
        Write(file, Config($"client-certificate-data: {Base64(_cluster.Certificate)}", $"client-key-data: {Base64(_cluster.Key)}"));

        Assert.Null((await SubmitAsync()).Ended);
        Assert.Equal("CN=updraft /apis/batch/v1/namespaces/etl/jobs", Assert.Single(_cluster.Made));
    }

    [Fact]
    public async Task Outside_ProgramsAreRunByWhoSignsInByCertificate()
    {
        var file = Write("config", Config($"client-certificate-data: {Base64(_cluster.Certificate)}", $"client-key-data: {Base64(_cluster.Key)}"));

        using var exec = await KubernetesExec.StartAsync(KubeConfig.Read(file, context: null), "api/v1/namespaces/etl/pods/p", "main", "true", default);

        Assert.Equal((0, ""), await exec.EndAsync(default) is var end ? (end.ExitCode, end.Said) : default);
        Assert.Equal("CN=updraft /api/v1/namespaces/etl/pods/p/exec", Assert.Single(_cluster.Made));
    }

    [Fact]
    public async Task Connection_ThatIsNotTrusted_RunsNoProgram()
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var authority = new CertificateRequest("CN=other", other, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(200)).ExportCertificatePem();
        var access = new KubernetesAccess(new Connection { Url = _cluster.Url, Token = "t" }, "etl", new KubernetesTrust { Authority = authority });

        await Assert.ThrowsAsync<ServiceException>(() => KubernetesExec.StartAsync(access, "api/v1/namespaces/etl/pods/p", "main", "true", default));
        Assert.Empty(_cluster.Made);
    }

    [Fact]
    public async Task Connection_MayNameFileContextAndFilesBesideIt()
    {
        Write("ca.pem", _cluster.Authority);
        Write("token", "from-file");
        var file = Write("config", Config("tokenFile: token").Replace("certificate-authority-data: ", "certificate-authority: ca.pem # ", StringComparison.Ordinal).Replace("current-context: main", "current-context: gone", StringComparison.Ordinal));
        _attempts.Connections["cluster"] = new Connection { Options = new Connection().Options.Add("kubeconfig", file).Add("context", "main") };

        Assert.Null((await SubmitAsync("cluster", "other")).Ended);
        Assert.Equal("Bearer from-file /apis/batch/v1/namespaces/other/jobs", Assert.Single(_cluster.Made));
    }

    [Fact]
    public async Task Connection_MayHaveItsOwnAuthority()
    {
        _attempts.Connections["cluster"] = new Connection { Url = _cluster.Url, Token = "t0ken", Options = new Connection().Options.Add("ca_file", Write("ca.pem", _cluster.Authority)) };

        Assert.Null((await SubmitAsync("cluster")).Ended);
        Assert.Equal("Bearer t0ken /apis/batch/v1/namespaces/default/jobs", Assert.Single(_cluster.Made));
    }

    [Fact]
    public async Task ServerOfAnotherAuthority_IsNotBelieved()
    {
        await using var other = await FakeTlsCluster.StartAsync();
        _attempts.Connections["cluster"] = new Connection { Url = _cluster.Url, Token = "t0ken", Options = new Connection().Options.Add("ca_file", Write("ca.pem", other.Authority)) };
        await Assert.ThrowsAsync<ServiceException>(() => SubmitAsync("cluster"));
        _attempts.Connections["cluster"] = new Connection { Url = _cluster.Url, Token = "t0ken" };
        await Assert.ThrowsAsync<ServiceException>(() => SubmitAsync("cluster"));

        Assert.Empty(_cluster.Made);
    }

    [Theory]
    [InlineData("exec: {command: kubelogin}", "'exec' is refused: programs are not started to sign in")]
    [InlineData("auth-provider: {name: gcp}", "'auth-provider' is refused")]
    [InlineData("as: admin", "'as' is refused")]
    [InlineData("client-certificate-data: '???'", "'client-certificate-data' is no base64")]
    [InlineData("tokenFile: nowhere", "nowhere")]
    [InlineData("token: [", "it is no YAML")]
    public async Task File_OfWhatIsNotDone_SaysSo(string user, string said)
    {
        _variables["KUBECONFIG"] = Write("config", Config(user));

        var ended = (await SubmitAsync()).Ended!;

        Assert.Equal(OperatorErrors.Connection, ended.Code);
        Assert.Contains(said, ended.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("clusters:", "cluster: {server: 'https://x', insecure-skip-tls-verify: true}", "give the certificate-authority")]
    [InlineData("clusters:", "cluster: {server: nowhere}", "has no server")]
    public void File_OfAClusterThatIsNotBelieved_SaysSo(string list, string cluster, string said)
    {
        var file = Write("config", $"current-context: main\ncontexts: [{{name: main, context: {{cluster: c}}}}]\n{list} [{{name: c, {cluster}}}]\n");

        Assert.Contains(said, Assert.Throws<UpdraftException>(() => KubeConfig.Read(file, null)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NoClusterAtAll_SaysSo()
    {
        var ended = (await SubmitAsync()).Ended!;

        Assert.Equal((OperatorErrors.Connection, "there is no cluster around and no kubeconfig: name a connection to the cluster"), (ended.Code, ended.Reason));
    }

    private Task<SubmittedJob> SubmitAsync(string? connection = null, string? space = null) =>
        new JobCalls(_attempts, _attempts.Task("t", "kubernetes", new { image = "app", connection, @namespace = space })).SubmitAsync();

    private string Config(params string[] user) => $"""
        apiVersion: v1
        kind: Config
        current-context: main
        contexts:
        - name: main
          context: {"{"}cluster: c, user: u, namespace: etl{"}"}
        clusters:
        - name: c
          cluster:
            server: {_cluster.Url.AbsoluteUri}
            certificate-authority-data: {Base64(_cluster.Authority)}
        users:
        - name: u
          user:
            {string.Join("\n    ", user)}
        """;

    private string Write(string file, string text)
    {
        var path = Path.Combine(_attempts.Folder, file);
        File.WriteAllText(path, text);
        return path;
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
