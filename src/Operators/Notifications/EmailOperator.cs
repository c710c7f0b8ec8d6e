using System.ComponentModel;
using System.Net;
using System.Net.Mail;
using Updraft.Dags;

namespace Updraft.Operators;

/// <summary>Sends an email over SMTP.</summary>
[Operator("email")]
[Description("Sends an email over SMTP.")]
public sealed class EmailOperator : RunOperator<EmailFields>
{
    private const int PlainPort = 25;

    /// <inheritdoc/>
    public override async Task<TaskOutcome> RunAsync(TaskContext context, EmailFields fields, CancellationToken stop)
    {
        var connection = await context.Connect(fields.Connection, stop);
        if (connection.Url is not { Scheme: "smtp" } server) throw new UpdraftException(OperatorErrors.Connection, "the connection's url is no smtp://HOST:PORT");
        var port = server.Port > 0 ? server.Port : PlainPort;
        using var message = MessageOf(fields, connection);
        using var smtp = new SmtpClient(server.Host, port) { EnableSsl = connection.Options.GetValueOrDefault("tls") is { } tls ? tls != "none" : port != PlainPort };
        if (connection.User is { } user) smtp.Credentials = new NetworkCredential(user, connection.Password);
        try
        {
            await smtp.SendMailAsync(message, stop);
        }
        catch (SmtpFailedRecipientException e)
        {
            throw new UpdraftException(OperatorErrors.Refused, $"{server.Host} refused {e.FailedRecipient}: {e.StatusCode}", e);
        }
        catch (SmtpException e)
        {
            throw new ServiceException($"{server.Host}:{port} did not take the email: {e.GetBaseException().Message}", inner: e);
        }
        return TaskOutcome.Success(new { to = fields.To });
    }

    private static MailMessage MessageOf(EmailFields fields, Connection connection)
    {
        var from = fields.From ?? connection.Options.GetValueOrDefault("from") ?? throw new UpdraftException(OperatorErrors.Fields, "give from, or set the option from of the connection");
        var message = new MailMessage { Subject = fields.Subject, Body = fields.Text, IsBodyHtml = false };
        try
        {
            message.From = new MailAddress(from);
            foreach (var to in fields.To) message.To.Add(new MailAddress(to));
            return message;
        }
        catch (FormatException e)
        {
            message.Dispose();
            throw new UpdraftException(OperatorErrors.Fields, $"an address is not one: {e.Message}", e);
        }
    }
}
