using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Updraft.Dags;

namespace Updraft.Operators;

/// <summary>Greets a mail server, begins TLS and signs in as <c>email</c> does, and sends nothing (RFC 5321, 3207, 4954).</summary>
internal sealed class SmtpConnectionTest : IConnectionTest
{
    private const int PlainPort = 25;
    private const int MostLines = 100;

    public bool Fits(Connection connection) => connection.Url is { Scheme: "smtp" };

    public async Task<string> TryAsync(Connection connection, string name, CancellationToken cancellation)
    {
        var (host, port) = (connection.Url!.Host, connection.Url.Port > 0 ? connection.Url.Port : PlainPort);
        var tls = connection.Options.GetValueOrDefault("tls") is { } option ? option != "none" : port != PlainPort;
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(host, port, cancellation);
        await using var plain = tcp.GetStream();
        using var talk = new Talk(plain);
        await talk.ExpectAsync("the greeting", "220", cancellation);
        var offers = await talk.SayAsync("EHLO updraft", "250", cancellation);
        if (!tls)
        {
            await SignInAsync(talk, offers, connection, cancellation);
            return Text(host, port, connection, "without TLS");
        }
        if (!offers.Any(line => line.Equals("STARTTLS", StringComparison.OrdinalIgnoreCase))) throw Wrong("the server offers no STARTTLS; set the option tls to none where that is meant");
        await talk.SayAsync("STARTTLS", "220", cancellation);
        await using var secure = new SslStream(plain);
        await secure.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = host }, cancellation);
        using var hidden = new Talk(secure);
        await SignInAsync(hidden, await hidden.SayAsync("EHLO updraft", "250", cancellation), connection, cancellation);
        return Text(host, port, connection, "with TLS");
    }

    private static async Task SignInAsync(Talk talk, IReadOnlyList<string> offers, Connection connection, CancellationToken cancellation)
    {
        if (connection.User is { } user)
        {
            if (!offers.Any(line => line.StartsWith("AUTH ", StringComparison.OrdinalIgnoreCase) && line.Contains("LOGIN", StringComparison.OrdinalIgnoreCase))) throw Wrong("the server offers no AUTH LOGIN");
            await talk.SayAsync("AUTH LOGIN", "334", cancellation);
            await talk.SayAsync(Base64(user), "334", cancellation, shown: "the user");
            await talk.SayAsync(Base64(connection.Password ?? ""), "235", cancellation, shown: "the password");
        }
        await talk.SayAsync("QUIT", "221", cancellation);
    }

    private static string Text(string host, int port, Connection connection, string how) => $"{host}:{port} answered {how}{(connection.User is { } user ? $", and let {user} in" : "")}";

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private static UpdraftException Wrong(string why) => new(OperatorErrors.ConnectionTest, why);

    /// <summary>Commands and the answers to them, line by line.</summary>
    private sealed class Talk(Stream stream) : IDisposable
    {
        private readonly StreamReader _reader = new(stream, Encoding.UTF8, false, 1024, leaveOpen: true);

        public async Task<IReadOnlyList<string>> SayAsync(string command, string code, CancellationToken cancellation, string? shown = null)
        {
            await stream.WriteAsync(Encoding.UTF8.GetBytes(command + "\r\n"), cancellation);
            return await ExpectAsync(shown ?? command, code, cancellation);
        }

        /// <summary>What an answer says after its code.</summary>
        public async Task<IReadOnlyList<string>> ExpectAsync(string what, string code, CancellationToken cancellation)
        {
            var said = new List<string>();
            while (said.Count < MostLines)
            {
                var line = await _reader.ReadLineAsync(cancellation) ?? throw Wrong($"the server hung up at {what}");
                if (!line.StartsWith(code, StringComparison.Ordinal)) throw Wrong($"the server answered {what} with {ServiceClient.Shown(Encoding.UTF8.GetBytes(line))}");
                said.Add(line.Length > 4 ? line[4..] : "");
                if (line.Length < 4 || line[3] != '-') return said;
            }
            throw Wrong($"the server answered {what} with more than {MostLines} lines");
        }

        public void Dispose() => _reader.Dispose();
    }
}
