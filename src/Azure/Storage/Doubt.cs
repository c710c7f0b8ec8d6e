using Azure.Core;
using Azure.Core.Pipeline;

namespace Updraft.Azure;

/// <summary>Whether a request that this call has sent may have taken effect, though no answer says so. The client then sends it again, and what it is told is about its own doing.</summary>
internal sealed class Doubt : IDisposable
{
    internal const string Property = "Updraft.Doubt";

    private readonly IDisposable _scope;
    private volatile bool _is;

    private Doubt() => _scope = HttpPipeline.CreateHttpMessagePropertiesScope(new Dictionary<string, object?> { [Property] = this });

    public bool Is => _is;

    /// <summary>Begins a call: what is sent until it is disposed belongs to it.</summary>
    public static Doubt Begin() => new();

    public void Raise() => _is = true;

    public void Dispose() => _scope.Dispose();
}

/// <summary>Tells a call's <see cref="Doubt"/> of every try that has no sure answer.</summary>
internal sealed class DoubtPolicy : HttpPipelinePolicy
{
    // The only failure of the service that is known to have done nothing.
    private const string ServerBusy = "ServerBusy";

    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        SendOnce(message.Request);
        try
        {
            await ProcessNextAsync(message, pipeline);
        }
        catch
        {
            Raise(message);
            throw;
        }
        if (IsUnsure(message)) Raise(message);
    }

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        SendOnce(message.Request);
        try
        {
            ProcessNext(message, pipeline);
        }
        catch
        {
            Raise(message);
            throw;
        }
        if (IsUnsure(message)) Raise(message);
    }

    /// <summary>Below, what has no body is sent again by itself when a connection breaks, and nobody is told: that must not be for a deletion.</summary>
    private static void SendOnce(Request request)
    {
        if (request.Method == RequestMethod.Delete) request.Content ??= RequestContent.Create(ReadOnlyMemory<byte>.Empty);
    }

    private static bool IsUnsure(HttpMessage message) =>
        message.Response.Status is 408 or >= 500 && !(message.Response.Headers.TryGetValue("x-ms-error-code", out var code) && code == ServerBusy);

    private static void Raise(HttpMessage message)
    {
        if (message.TryGetProperty(Doubt.Property, out var doubt)) (doubt as Doubt)?.Raise();
    }
}
