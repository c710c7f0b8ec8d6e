using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Updraft.Dags;

namespace Updraft.Operators;

/// <summary>Whom to believe that it is the API server, and by which certificate to sign in.</summary>
internal sealed record KubernetesTrust
{
    private static readonly ConcurrentDictionary<KubernetesTrust, HttpMessageInvoker> Invokers = new();

    /// <summary>Certificates of the authority, as PEM; null for the system's.</summary>
    public string? Authority { get; init; }

    /// <summary>The client's certificate, as PEM; null for none.</summary>
    public string? Certificate { get; init; }

    /// <summary>Its key, as PEM; null for none.</summary>
    public string? Key { get; init; }

    /// <summary>The name that the server's certificate is for; null for that of its URL.</summary>
    public string? ServerName { get; init; }

    /// <summary>Whether it is the cluster around this process, whose address is private and safe to call.</summary>
    public bool IsAround { get; init; }

    /// <summary>Sends requests so; one for all that trust alike, since it holds the connections.</summary>
    public HttpMessageInvoker Invoker() => Invokers.GetOrAdd(this, static trust => trust.Make());

    private HttpMessageInvoker Make()
    {
        var tls = new SslClientAuthenticationOptions { TargetHost = ServerName };
        try
        {
            if (Authority is { } authority)
            {
                var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
                policy.CustomTrustStore.ImportFromPem(authority);
                tls.CertificateChainPolicy = policy;
            }
            if (Certificate is { } certificate) tls.ClientCertificates = [X509Certificate2.CreateFromPem(certificate, Key)];
        }
        catch (CryptographicException e)
        {
            throw new UpdraftException(OperatorErrors.Connection, $"the certificates of the cluster cannot be read: {e.Message}", e);
        }
        return new HttpMessageInvoker(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.All,
            ConnectCallback = IsAround ? null : static (context, cancellation) => SafeAddresses.ConnectAsync(context.DnsEndPoint, cancellation),
            ConnectTimeout = TimeSpan.FromSeconds(15),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            SslOptions = tls,
            UseCookies = false,
            UseProxy = false,
        });
    }
}
