using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Updraft.Operators;

/// <summary>The body that creates a batch. What is not given is left out, so that the cluster's defaults count.</summary>
internal static class SparkBatchBody
{
    public static JsonObject Of(string name, SparkBatchFields fields)
    {
        var body = new JsonObject { ["name"] = name, ["file"] = fields.File };
        if (fields.ClassName is { } main) body["className"] = main;
        Add("args", fields.Args);
        Add("jars", fields.Jars);
        Add("pyFiles", fields.PyFiles);
        Add("files", fields.Files);
        Add("archives", fields.Archives);
        if (!fields.Conf.IsEmpty) body["conf"] = JsonSerializer.SerializeToNode(fields.Conf);
        return body;

        void Add(string key, ImmutableArray<string> values)
        {
            if (!values.IsDefaultOrEmpty) body[key] = JsonSerializer.SerializeToNode(values);
        }
    }
}
