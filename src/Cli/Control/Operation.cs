using System.Text.Json;
using Updraft.Dags;
using Updraft.Orchestration;

namespace Updraft.Cli;

/// <summary>Something that the owner of a data folder does when asked: the same code for its own command line and for others.</summary>
/// <param name="Name">What it is called by, as in <c>runs/cancel</c>.</param>
internal abstract record Operation(string Name)
{
    /// <summary>Answers a request that came as JSON.</summary>
    /// <exception cref="UpdraftException">It is refused, has failed, or is no request of this operation, as from another version of the program.</exception>
    public abstract Task<byte[]> AnswerAsync(LocalHost host, Stream request, CancellationToken cancellation);

    /// <summary>What is asked is not known here.</summary>
    public static UpdraftException Unknown(string what) => new(CliErrors.OwnerVersion, $"the process that owns the data folder does not know what is asked, so it is of another version of Updraft ({what})");
}

/// <inheritdoc/>
internal sealed record Operation<TRequest, TAnswer>(string Name, Func<LocalHost, TRequest, CancellationToken, Task<TAnswer>> Handle) : Operation(Name)
{
    public override async Task<byte[]> AnswerAsync(LocalHost host, Stream request, CancellationToken cancellation) =>
        JsonSerializer.SerializeToUtf8Bytes(await Handle(host, await ReadAsync(request, cancellation), cancellation), OrchestrationJson.Options);

    private async Task<TRequest> ReadAsync(Stream request, CancellationToken cancellation)
    {
        try
        {
            return await JsonSerializer.DeserializeAsync<TRequest>(request, OrchestrationJson.Options, cancellation) ?? throw new JsonException("it is null");
        }
        catch (JsonException e)
        {
            throw Unknown($"{Name}: {e.Message}");
        }
    }
}
