using System.Text.Json;

namespace Updraft.Dags;

/// <summary>One step into a value: a member by name, or an element by index (from the end when negative).</summary>
internal readonly record struct PathStep(string? Name, int Index, bool Bracketed, int Position)
{
    /// <summary>Whether this is <c>.name</c>, not <c>['name']</c>.</summary>
    public bool IsDotted(string name) => !Bracketed && Name == name;

    public bool TryTake(JsonElement value, out JsonElement next)
    {
        next = default;
        if (Name is not null) return value.ValueKind == JsonValueKind.Object && value.TryGetProperty(Name, out next);
        if (value.ValueKind != JsonValueKind.Array) return false;
        var length = value.GetArrayLength();
        var index = Index < 0 ? length + Index : Index;
        if (index < 0 || index >= length) return false;
        next = value[index];
        return true;
    }

    public override string ToString() => Name is null ? $"element {Index}" : $"member '{Name}'";
}
