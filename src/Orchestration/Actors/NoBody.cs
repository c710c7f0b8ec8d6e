using System.Text.Json;

namespace Updraft.Orchestration;

/// <summary>The body of what says all by its kind.</summary>
internal static class NoBody
{
    public static readonly JsonElement Json = JsonSerializer.SerializeToElement(new { });
}
