using Microsoft.Extensions.Logging;
using Updraft.Api;
using Updraft.Dags;

namespace Updraft.FunctionApp;

/// <summary>Sees to it that the key of the settings is known before anybody signs in. It is stored once; one that was revoked stays so.</summary>
internal sealed class FirstKey(KeyHash? key, ApiKeys keys, ILogger<FirstKey> log)
{
    private volatile bool _isStored;

    /// <summary>Stores it, unless that is done. Where it cannot be, the store is away, which whoever asks hears as they sign in; the next request tries again.</summary>
    public async Task EnsureAsync(CancellationToken cancellation)
    {
        if (_isStored || key is null) return;
        try
        {
            if (await keys.AddAdminAsync(key, "first admin", $"the setting {AppSettings.AdminKeyHash}", cancellation)) Logs.AdminKeyAdded(log, key.Id, AppSettings.AdminKeyHash);
            _isStored = true;
        }
        catch (UpdraftException failure)
        {
            Logs.AdminKeyNotAdded(log, key.Id, failure);
        }
    }
}
