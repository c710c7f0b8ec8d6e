using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Web;
using Microsoft.AspNetCore.Http;

namespace Updraft.Operators.Tests;

/// <summary>The part of a Kubernetes API server that jobs need: batch/v1 jobs, v1 pods with their logs, v1 secrets, of the namespace <c>etl</c>.</summary>
internal sealed class FakeCluster : IDisposable
{
    public const string Token = "cluster-token";
    private const string Jobs = "/apis/batch/v1/namespaces/etl/jobs";
    private const string Pods = "/api/v1/namespaces/etl/pods";
    private const string SecretsPath = "/api/v1/namespaces/etl/secrets";
    private readonly FakeService _service;

    public FakeCluster(FakeService service)
    {
        _service = service;
        service
            .On("POST", Jobs, Signed(Create))
            .On("GET", Jobs + "/*", Signed(request => Job is { } job && NameOf(request, Jobs) == (string)job["metadata"]!["name"]! ? Json(job) : NotFound()))
            .On("DELETE", Jobs + "/*", Signed(Delete))
            .On("GET", Pods, Signed(List))
            .On("GET", Pods + "/*", Signed(request => request.Path.EndsWith("/exec", StringComparison.Ordinal) ? Execute(request) : Log(request)))
            .On("GET", "/api/v1/namespaces/etl/events", Signed(Events))
            .On("POST", SecretsPath, Signed(request => Put(request, mayBeThere: false)))
            .On("PUT", SecretsPath + "/*", Signed(request => Put(request, mayBeThere: true)))
            .On("DELETE", SecretsPath + "/*", Signed(request => Secrets.Remove(NameOf(request, SecretsPath)) ? Results.Json(new { kind = "Status", status = "Success" }) : NotFound()));
    }

    public JsonObject? Job { get; set; }

    public JsonObject? Pod { get; set; }

    public Dictionary<string, JsonObject> Secrets { get; } = [];

    public string LogText { get; set; } = "";

    /// <summary>A status that the next request to run a program is answered with; null for none. 403 is for all.</summary>
    public int? RefusesExec { get; set; }

    /// <summary>What runs in the containers of the pod beside its work.</summary>
    public FakeExec Exec { get; } = new();

    /// <summary>What the cluster says of the job; null when the account may not read it.</summary>
    public string? Warning { get; set; }

    /// <summary>How often a pod is still seen after its job was deleted.</summary>
    public int Lingers { get; set; }

    public List<string> Propagations { get; } = [];

    /// <summary>Puts a pod beside the job, in the given state of its container.</summary>
    public void SetPod(string name, string phase, object? state = null, object? status = null) => Pod = JsonSerializer.SerializeToNode(new
    {
        metadata = new { name = $"{name}-abcde", creationTimestamp = "2026-03-29T01:00:00Z", labels = new Dictionary<string, string> { ["updraft/attempt"] = name } },
        status = Merge(new { phase, containerStatuses = state is null ? null : new[] { new { name = "sidecar", state = (object)new { running = new { } } }, new { name = "main", state } } }, status),
    })!.AsObject();

    /// <summary>Puts a pod beside the job, in the given states of its containers.</summary>
    public void SetContainers(string name, string phase, params ReadOnlySpan<(string Name, object State)> containers)
    {
        SetPod(name, phase);
        foreach (var (container, state) in containers)
        {
            var list = container == "inputs" ? "initContainerStatuses" : "containerStatuses";
            if (Pod!["status"]![list] is not JsonArray) Pod["status"]![list] = new JsonArray();
            Pod["status"]![list]!.AsArray().Add(JsonSerializer.SerializeToNode(new { name = container, image = $"{container}:1", state }));
        }
    }

    public void Terminate(string name, int exitCode, string reason, string? message = null) =>
        SetPod(name, exitCode == 0 ? "Succeeded" : "Failed", new { terminated = new { exitCode, reason, message } });

    public void SetCondition(string type, string reason, string message) =>
        Job!["status"] = JsonSerializer.SerializeToNode(new { conditions = new[] { new { type, status = "True", reason, message } } });

    public void Dispose() => Exec.Dispose();

    private sealed class Refusal(int status) : IResult
    {
        public Task ExecuteAsync(HttpContext context)
        {
            if (status == 429) context.Response.Headers.RetryAfter = "9";
            return Status(status, "Refused", "no program is run").ExecuteAsync(context);
        }
    }

    private static JsonObject Merge(object first, object? second)
    {
        var merged = JsonSerializer.SerializeToNode(first)!.AsObject();
        if (second is not null)
            foreach (var (name, value) in JsonSerializer.SerializeToNode(second)!.AsObject()) merged[name] = value?.DeepClone();
        return merged;
    }

    private IResult Create(ServiceRequest request)
    {
        var job = JsonNode.Parse(request.Body)!.AsObject();
        if ((string?)job["apiVersion"] != "batch/v1" || (string?)job["kind"] != "Job" || (int?)job["spec"]?["backoffLimit"] != 0) return Status(422, "Invalid", "is no job");
        if ((string?)job["spec"]!["template"]!["spec"]!["restartPolicy"] != "Never") return Status(422, "Invalid", "spec.template.spec.restartPolicy: Required value");
        var name = (string)job["metadata"]!["name"]!;
        if (Job is not null && (string)Job["metadata"]!["name"]! == name) return Status(409, "AlreadyExists", $"jobs.batch \"{name}\" already exists");
        job["metadata"]!["uid"] = "uid-1";
        Job = job;
        return Json(job, 201);
    }

    private IResult Delete(ServiceRequest request)
    {
        if (Job is null || NameOf(request, Jobs) != (string)Job["metadata"]!["name"]!) return NotFound();
        var policy = HttpUtility.ParseQueryString(request.Query)["propagationPolicy"]!;
        Propagations.Add(policy);
        if (policy == "Foreground" && Pod is not null && Lingers > 0)
        {
            Lingers--;
            Job["metadata"]!["deletionTimestamp"] = "2026-03-29T01:10:00Z";
            return Json(Job);
        }
        Job = null;
        Pod = null;
        Secrets.Clear();
        return Results.Json(new { kind = "Status", status = "Success" });
    }

    private IResult List(ServiceRequest request)
    {
        var selector = HttpUtility.ParseQueryString(request.Query)["labelSelector"]!.Split('=');
        JsonObject?[] items = Pod is { } pod && (string?)pod["metadata"]!["labels"]![selector[0]] == selector[1] ? [pod.DeepClone().AsObject()] : [];
        return Json(new JsonObject { ["kind"] = "PodList", ["items"] = new JsonArray([.. items]) });
    }

    private IResult Events(ServiceRequest request)
    {
        var selector = HttpUtility.ParseQueryString(request.Query)["fieldSelector"];
        if (Warning is null) return Status(403, "Forbidden", "events is forbidden");
        return selector == $"involvedObject.kind=Job,involvedObject.name={(string)Job!["metadata"]!["name"]!},type=Warning"
            ? Results.Json(new { items = new[] { new { type = "Warning", reason = "FailedCreate", message = Warning } } })
            : Status(400, "BadRequest", "unable to find that field");
    }

    // As the kubelet: whole seconds, the last line cut where the limit is.
    private IResult Log(ServiceRequest request)
    {
        var query = HttpUtility.ParseQueryString(request.Query);
        if (Pod is not { } pod || !request.Path.EndsWith($"/{(string)pod["metadata"]!["name"]!}/log", StringComparison.Ordinal)) return NotFound();
        if (query["container"] != "main" || query["timestamps"] != "true") return Status(400, "BadRequest", "a container name must be specified");
        if (StateOf("main")?["waiting"] is not null) return Status(400, "BadRequest", "container \"main\" in pod is waiting to start");
        var lines = LogText.Split('\n').Where(line => line.Length > 0);
        if (query["sinceTime"] is { } since)
        {
            var from = DateTimeOffset.ParseExact(since, "yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
            lines = lines.Where(line => DateTimeOffset.Parse(line[..line.IndexOf(' ', StringComparison.Ordinal)], CultureInfo.InvariantCulture) >= from);
        }
        var text = string.Concat(lines.Select(line => line + "\n"));
        var limit = int.Parse(query["limitBytes"]!, CultureInfo.InvariantCulture);
        return Results.Text(text.Length > limit ? text[..limit] : text);
    }

    private IResult Execute(ServiceRequest request)
    {
        var query = HttpUtility.ParseQueryString(request.Query);
        if (Pod is not { } pod || request.Path != $"{Pods}/{(string)pod["metadata"]!["name"]!}/exec") return NotFound();
        if (RefusesExec is { } status)
        {
            if (status != 403) RefusesExec = null;
            return new Refusal(status);
        }
        if (request.Header("Upgrade") != "websocket") return Status(400, "BadRequest", "Upgrade request required");
        if ((query["stdin"], query["stdout"], query["stderr"]) != ("true", "true", "true")) return Status(400, "BadRequest", "the program has no streams");
        if (StateOf(query["container"]!)?["running"] is null) return Status(500, "InternalError", $"container not found (\"{query["container"]}\")");
        return Exec.Run((string)pod["metadata"]!["labels"]!["updraft/attempt"]!, query["container"]!, query.GetValues("command")!);
    }

    private JsonNode? StateOf(string container) => new[] { "initContainerStatuses", "containerStatuses" }
        .SelectMany(list => Pod?["status"]?[list] as JsonArray ?? []).FirstOrDefault(told => (string?)told!["name"] == container)?["state"];

    private IResult Put(ServiceRequest request, bool mayBeThere)
    {
        var secret = JsonNode.Parse(request.Body)!.AsObject();
        var name = (string)secret["metadata"]!["name"]!;
        if (Secrets.ContainsKey(name) && !mayBeThere) return Status(409, "AlreadyExists", $"secrets \"{name}\" already exists");
        Secrets[name] = secret;
        return Json(secret, mayBeThere ? 200 : 201);
    }

    private static Func<ServiceRequest, IResult> Signed(Func<ServiceRequest, IResult> answer) =>
        request => request.Header("Authorization") == $"Bearer {Token}" ? answer(request) : Status(401, "Unauthorized", "Unauthorized");

    private static string NameOf(ServiceRequest request, string under) => request.Path[(under.Length + 1)..];

    private static IResult NotFound() => Status(404, "NotFound", "not found");

    private static IResult Status(int code, string reason, string message) => Results.Json(new { kind = "Status", status = "Failure", reason, message, code }, statusCode: code);

    private static IResult Json(JsonNode node, int status = 200) => Results.Text(node.ToJsonString(), "application/json", statusCode: status);
}
