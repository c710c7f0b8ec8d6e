using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;

namespace Updraft.Operators.Tests;

/// <summary>An API server with certificates of its own authority, which makes jobs and runs programs for who signs in by certificate or token.</summary>
internal sealed class FakeTlsCluster : IAsyncDisposable
{
    private readonly WebApplication _app;

    private FakeTlsCluster(WebApplication app, string authority, string certificate, string key) => (_app, Authority, Certificate, Key) = (app, authority, certificate, key);

    public Uri Url => new(_app.Urls.First());

    public string Authority { get; }

    public string Certificate { get; }

    public string Key { get; }

    /// <summary>Who made a job or ran a program, and where.</summary>
    public List<string> Made { get; } = [];

    public static async Task<FakeTlsCluster> StartAsync()
    {
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var authority = Authorise(authorityKey);
        using var serverKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var clientKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var signed = Issue(authority, serverKey, "apiserver", 1);
        using var client = Issue(authority, clientKey, "updraft", 2);
        var server = signed.CopyWithPrivateKey(serverKey);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(https =>
        {
            https.ServerCertificate = server;
            https.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
            https.AllowAnyClientCertificate();
        })));
        var app = builder.Build();
        var cluster = new FakeTlsCluster(app, authority.ExportCertificatePem(), client.ExportCertificatePem(), clientKey.ExportPkcs8PrivateKeyPem());
        app.UseWebSockets();
        app.Run(cluster.AnswerAsync);
        await app.StartAsync();
        return cluster;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        var who = context.Connection.ClientCertificate?.Subject ?? context.Request.Headers.Authorization.ToString();
        if (who.Length > 0 && context.WebSockets.IsWebSocketRequest)
        {
            Made.Add($"{who} {context.Request.Path}");
            using var socket = await context.WebSockets.AcceptWebSocketAsync("v4.channel.k8s.io");
            await socket.SendAsync("\u0003{\"status\":\"Success\"}"u8.ToArray(), System.Net.WebSockets.WebSocketMessageType.Binary, endOfMessage: true, context.RequestAborted);
            return;
        }
        if (who.Length == 0 || context.Request.Method != "POST")
        {
            context.Response.StatusCode = 401;
            return;
        }
        Made.Add($"{who} {context.Request.Path}");
        context.Response.StatusCode = 201;
        await context.Response.WriteAsJsonAsync(new { metadata = new { uid = "uid-1" } });
    }

    private static X509Certificate2 Authorise(ECDsa key)
    {
        var request = new CertificateRequest("CN=authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(2));
    }

    private static X509Certificate2 Issue(X509Certificate2 authority, ECDsa key, string name, byte serial)
    {
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        return request.Create(authority, DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1), [serial]);
    }
}
