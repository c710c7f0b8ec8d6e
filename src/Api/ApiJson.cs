using System.Text.Json;
using Updraft.Orchestration;

namespace Updraft.Api;

/// <summary>The JSON of the API: that of the documents, so that nothing has two forms.</summary>
public static class ApiJson
{
    /// <summary>How requests and answers are written.</summary>
    public static JsonSerializerOptions Options => OrchestrationJson.Options;

    internal static void Configure(JsonSerializerOptions json)
    {
        json.DefaultIgnoreCondition = Options.DefaultIgnoreCondition;
        json.UnmappedMemberHandling = Options.UnmappedMemberHandling;
        json.NumberHandling = Options.NumberHandling;
        json.Encoder = Options.Encoder;
        json.MaxDepth = Options.MaxDepth;
        json.Converters.Add(new TextJson());
        foreach (var converter in Options.Converters) json.Converters.Add(converter);
    }
}
