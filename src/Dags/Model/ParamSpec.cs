using System.Text.Json;

namespace Updraft.Dags;

/// <summary>A value that a run may be given.</summary>
public sealed record ParamSpec
{
    /// <summary>JSON schema that the value must satisfy; null accepts any JSON.</summary>
    public JsonElement? Schema { get; init; }

    /// <summary>The value when the trigger gives none; null makes the param required.</summary>
    public JsonElement? Default { get; init; }

    /// <summary>What the value means; null when the author says nothing.</summary>
    public string? Description { get; init; }

    /// <summary>Whether runs can be searched by this value. Default false.</summary>
    public bool Indexed { get; init; }
}
