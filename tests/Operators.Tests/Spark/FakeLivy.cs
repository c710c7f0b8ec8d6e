using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace Updraft.Operators.Tests;

/// <summary>
/// Livy's batches as its documentation and its source have them: a list in order of ids, with pages; unique names; a log that keeps its last
/// lines only and ends with the server's own sections; a session that is forgotten once it is deleted.
/// </summary>
internal sealed class FakeLivy : IAsyncDisposable
{
    private readonly FakeService _service;
    private readonly SortedDictionary<int, Batch> _batches = [];
    private int _next;

    private FakeLivy(FakeService service) => _service = service;

    public FakeService Service => _service;

    /// <summary>Lines that are kept of a driver's output.</summary>
    public int KeptLines { get; set; } = 200;

    /// <summary>How many times a batch that is deleted is still seen.</summary>
    public int DyingLooks { get; set; }

    public IReadOnlyList<Batch> Batches => [.. _batches.Values];

    /// <summary>The bodies of the batches that were created.</summary>
    public IReadOnlyList<JsonElement> Created => [.. _service.Requests.Where(request => request.Method == "POST").Select(request => request.Json)];

    public static async Task<FakeLivy> StartAsync()
    {
        var livy = new FakeLivy(await FakeService.StartAsync());
        livy._service
            .On("GET", "/batches", livy.List)
            .On("POST", "/batches", livy.Create)
            .On("GET", "/batches/*", request => request.Path.EndsWith("/log", StringComparison.Ordinal) ? livy.LogOf(request) : livy.Get(request))
            .On("DELETE", "/batches/*", livy.Delete);
        return livy;
    }

    public Batch Add(string name, string state = "running")
    {
        var batch = new Batch(_next++, name) { State = state };
        _batches.Add(batch.Id, batch);
        return batch;
    }

    /// <summary>The server forgets a batch.</summary>
    public void Forget(Batch batch) => _batches.Remove(batch.Id);

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    private static IResult Message(int status, string text) => Results.Json(new { msg = text }, statusCode: status);

    private static int Number(ServiceRequest request, string name, int fallback) =>
        QueryHelpers.ParseQuery(request.Query).TryGetValue(name, out var text) ? int.Parse(text.ToString(), CultureInfo.InvariantCulture) : fallback;

    private IResult List(ServiceRequest request)
    {
        var (from, size) = (Number(request, "from", 0), Number(request, "size", 100));
        return Results.Json(new { from, total = _batches.Count, sessions = _batches.Values.Skip(from).Take(size).Select(View) });
    }

    private IResult Create(ServiceRequest request)
    {
        if (request.Header("X-Requested-By") is null) return Message(400, "Missing Required Header for CSRF protection.");
        var body = request.Json;
        if (!body.TryGetProperty("file", out _)) return Message(400, "requirement failed: File is required.");
        var name = body.GetProperty("name").GetString()!;
        if (_batches.Values.Any(batch => batch.Name == name)) return Message(400, $"requirement failed: Duplicate session name: Some({name}) for session {_next}");
        var batch = Add(name, "starting");
        return Results.Json(View(batch), statusCode: 201);
    }

    private IResult Get(ServiceRequest request)
    {
        if (Find(request) is not { } batch) return NoSuch(request);
        if (batch.DyingLooks > 0 && --batch.DyingLooks == 0) Forget(batch);
        return Results.Json(View(batch));
    }

    private IResult LogOf(ServiceRequest request)
    {
        if (Find(request) is not { } batch) return NoSuch(request);
        var lines = batch.LogLines(KeptLines);
        var (from, size) = (Number(request, "from", -1), Number(request, "size", 100));
        if (from < 0) from = Math.Max(0, lines.Count - size);
        return Results.Json(new { id = batch.Id, from, total = lines.Count, log = lines.Skip(from).Take(size) });
    }

    private IResult Delete(ServiceRequest request)
    {
        if (request.Header("X-Requested-By") is null) return Message(400, "Missing Required Header for CSRF protection.");
        if (Find(request) is not { } batch) return NoSuch(request);
        if (DyingLooks == 0) Forget(batch);
        else if (batch.DyingLooks == 0) (batch.State, batch.DyingLooks) = ("shutting_down", DyingLooks);
        return Results.Json(new { msg = "deleted" });
    }

    private Batch? Find(ServiceRequest request) => int.TryParse(request.Path.Split('/')[2], CultureInfo.InvariantCulture, out var id) ? _batches.GetValueOrDefault(id) : null;

    private static IResult NoSuch(ServiceRequest request) => Message(404, $"Session '{request.Path.Split('/')[2]}' not found.");

    private object View(Batch batch) => new
    {
        id = batch.Id,
        name = batch.Name,
        owner = (string?)null,
        proxyUser = (string?)null,
        state = batch.State,
        appId = batch.AppId,
        appInfo = new { driverLogUrl = (string?)null, sparkUiUrl = batch.AppId is null ? null : $"http://yarn/proxy/{batch.AppId}/" },
        log = batch.LogLines(KeptLines).TakeLast(10),
    };

    internal sealed class Batch(int id, string name)
    {
        public int Id => id;

        public string Name => name;

        public string State { get; set; } = "starting";

        public string? AppId { get; set; }

        public List<string> Output { get; } = [];

        public List<string> Diagnostics { get; } = [];

        public int DyingLooks { get; set; }

        public List<string> LogLines(int kept) => ["stdout: ", .. Output.TakeLast(kept), "\nstderr: ", "\nYARN Diagnostics: ", .. Diagnostics];
    }
}
