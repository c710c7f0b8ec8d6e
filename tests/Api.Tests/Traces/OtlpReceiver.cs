using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Updraft.Api.Tests;

/// <summary>Takes what is sent to it by OTLP over HTTP, as protobuf.</summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;

    private OtlpReceiver(WebApplication app) => _app = app;

    public ConcurrentQueue<(string Path, string? ContentType, string? Key, byte[] Body)> Received { get; } = new();

    public string Url => _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();

    public static async Task<OtlpReceiver> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var receiver = new OtlpReceiver(builder.Build());
        receiver._app.Run(receiver.TakeAsync);
        await receiver._app.StartAsync();
        return receiver;
    }

    /// <summary>Texts and bytes at a path of field numbers, in all that came for a signal.</summary>
    public IEnumerable<string> TextsAt(string signal, params int[] fields) =>
        Received.Where(each => each.Path == signal).SelectMany(each => At(each.Body, fields)).Select(bytes => Encoding.UTF8.GetString(bytes));

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task TakeAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        Received.Enqueue((context.Request.Path, context.Request.ContentType, context.Request.Headers["api-key"], body.ToArray()));
        // An answer without fields: all of it was taken.
        context.Response.ContentType = "application/x-protobuf";
    }

    private static IEnumerable<byte[]> At(byte[] message, ReadOnlySpan<int> fields)
    {
        IEnumerable<byte[]> found = [message];
        foreach (var field in fields) found = found.SelectMany(each => Fields(each).Where(one => one.Number == field).Select(one => one.Bytes)).ToList();
        return found;
    }

    /// <summary>The fields of a message that hold bytes, texts or messages.</summary>
    private static List<(int Number, byte[] Bytes)> Fields(byte[] message)
    {
        var fields = new List<(int, byte[])>();
        for (var at = 0; at < message.Length;)
        {
            var tag = Number(message, ref at);
            switch (tag & 7)
            {
                case 0: Number(message, ref at); break;
                case 1: at += 8; break;
                case 5: at += 4; break;
                case 2:
                    var length = (int)Number(message, ref at);
                    fields.Add(((int)(tag >> 3), message[at..(at + length)]));
                    at += length;
                    break;
                default: throw new InvalidDataException($"no wire type: {tag & 7}");
            }
        }
        return fields;
    }

    private static ulong Number(byte[] message, ref int at)
    {
        ulong number = 0;
        for (var shift = 0; ; shift += 7)
        {
            var next = message[at++];
            number |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80) return number;
        }
    }
}
