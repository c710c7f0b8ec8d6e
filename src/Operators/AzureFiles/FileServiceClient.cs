using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Updraft.Dags;

namespace Updraft.Operators;

/// <summary>
/// Sends requests to the file service of a storage account, signed as the connection says: by Azure sign-in, by a shared access signature (token), or by
/// the account's name and key (user and password). What may pass is tried again a few times here, so that a long copy need not begin anew.
/// </summary>
/// <param name="connection">Where the account is, as in <c>https://account.file.core.windows.net</c>, and how to sign in.</param>
/// <param name="name">Name of the connection, for messages.</param>
/// <param name="time">The clock.</param>
/// <param name="azureToken">Signs in to Azure: identity and scope; null for the usual way.</param>
internal sealed class FileServiceClient(Connection connection, string name, TimeProvider time, Func<string, string, CancellationToken, Task<string>>? azureToken = null)
{
    /// <summary>The first version that takes tokens of Azure, and keeps dots at the end of names.</summary>
    public const string Version = "2022-11-02";

    private const string Scope = "https://storage.azure.com/.default";
    private const int Tries = 4;

    // A worker is not kept waiting longer: the task's own retries come after.
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(20);

    // How long a share that is being deleted blocks its name, at least.
    private static readonly TimeSpan ShareDeletion = TimeSpan.FromSeconds(30);

    private readonly string _root = connection.Url is { Scheme: "http" or "https" } url
        ? url.GetLeftPart(UriPartial.Path).TrimEnd('/')
        : throw new UpdraftException(OperatorErrors.Connection, $"connection '{name}' has no url of a storage account's files: give one such as https://account.file.core.windows.net");

    /// <summary>Sends a request, and reads its answer.</summary>
    /// <param name="asked">The request.</param>
    /// <param name="read">Reads an answer of success, or one whose error code the request expects, which is handed over too; null for success.</param>
    /// <param name="stop">Gives up.</param>
    /// <exception cref="ServiceException">The service may do it later.</exception>
    /// <exception cref="UpdraftException">It refuses, and would again.</exception>
    public async Task<T> CallAsync<T>(FileServiceRequest asked, Func<HttpResponseMessage, string?, CancellationToken, Task<T>> read, CancellationToken stop)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await CallOnceAsync(asked, read, stop);
            }
            catch (ServiceException e) when (tries < Tries && (e.RetryAfter ?? TimeSpan.Zero) <= LongestWait)
            {
                await Task.Delay(e.RetryAfter ?? TimeSpan.FromSeconds(1 << (tries - 1)), time, stop);
            }
        }
    }

    private async Task<T> CallOnceAsync<T>(FileServiceRequest asked, Func<HttpResponseMessage, string?, CancellationToken, Task<T>> read, CancellationToken stop)
    {
        using var request = await SignedAsync(asked, stop);
        using var response = await ServiceHttp.SendAsync(request, stop);
        try
        {
            if (response.IsSuccessStatusCode) return await read(response, null, stop);
            var code = response.Headers.TryGetValues("x-ms-error-code", out var codes) ? codes.First() : null;
            if (code is not null && asked.Expects.Contains(code)) return await read(response, code, stop);
            throw await FailureAsync(asked, response, code, stop);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new ServiceException($"the answer to {Shown(asked)} broke off: {e.GetBaseException().Message}", inner: e);
        }
    }

    private async Task<HttpRequestMessage> SignedAsync(FileServiceRequest asked, CancellationToken stop)
    {
        var address = $"{_root}/{asked.Address}";
        if (connection is { Token: { } signature, Azure: null }) address += (asked.Query.Length > 0 ? "&" : "?") + signature.TrimStart('?');
        var request = new HttpRequestMessage(asked.Method, new Uri(address));
        request.Headers.Add("x-ms-version", Version);
        request.Headers.Add("x-ms-date", time.GetUtcNow().ToString("R", CultureInfo.InvariantCulture));
        foreach (var (header, value) in asked.Headers) request.Headers.Add(header, value);
        if (asked.Content is { } content)
        {
            request.Content = new ReadOnlyMemoryContent(content);
            request.Content.Headers.ContentMD5 = RangeChecksum.Of(content.Span);
        }
        if (connection.Azure is { } identity)
        {
            // By its role the identity may read and write everything, whatever the files' own permissions say.
            request.Headers.Add("x-ms-file-request-intent", "backup");
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await (azureToken ?? AzureSignIn.TokenAsync)(identity, Scope, stop));
        }
        else if (connection is { Token: null, User: { } account, Password: { } key })
        {
            SharedKey.Sign(request, account, key);
        }
        else if (connection.Token is null)
        {
            throw new UpdraftException(OperatorErrors.Connection, $"connection '{name}' does not sign in: give the storage account as user and its key as password, or azure, or a shared access signature as token");
        }
        return request;
    }

    private async Task<Exception> FailureAsync(FileServiceRequest asked, HttpResponseMessage response, string? code, CancellationToken stop)
    {
        var status = response.StatusCode;
        var said = string.Create(CultureInfo.InvariantCulture, $"{Shown(asked)} answered {(int)status}{(code is null ? "" : $" {code}")}");
        if (code is "ShareBeingDeleted") return new ServiceException($"{said}: a share of that name is still being deleted", status, ShareDeletion);
        if (ServiceClient.MayPass(status) || IsHeld(code)) return new ServiceException(said, status, ServiceClient.RetryAfterOf(response));
        return new ServiceRefusal(status, $"{said}: {Todo(status, code) ?? ServiceClient.Shown(await ServiceClient.ReadAsync(response, stop))}");
    }

    /// <summary>Whether somebody who has the share mounted holds the file still.</summary>
    private static bool IsHeld(string? code) => code is "DeletePending" or "SharingViolation" or "FileLockConflict" or "CannotDeleteFileOrDirectory";

    /// <summary>What to do about a refusal. What the service says of a signature is not shown.</summary>
    private string? Todo(HttpStatusCode status, string? code) => code switch
    {
        "KeyBasedAuthenticationNotPermitted" => "the storage account takes no keys: allow shared key access",
        "AuthorizationFailure" => $"the account's firewall does not let this host in, or {Missing}",
        "ShareNotFound" => "there is no such share",
        "InvalidResourceName" or "InvalidUri" or "InvalidFileOrDirectoryPathName" => "Azure Files takes no such name",
        _ when status is HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized => Missing,
        _ => null,
    };

    private string Missing => connection switch
    {
        { Azure: { } identity } => $"the identity '{identity}' of connection '{name}' needs the role Storage File Data Privileged Contributor on the account or the share",
        { Token: not null } => $"the signature in connection '{name}' is wrong or has expired, or does not allow to read, write, create, delete and list",
        _ => $"the password of connection '{name}' is no key of the account '{connection.User}', or the clock of this host is wrong",
    };

    private string Shown(FileServiceRequest asked) => $"{asked.Method} {ServiceHttp.Shown(new Uri($"{_root}/{asked.Address}"))}";
}
