using System.Text.Json;

namespace Updraft.Dags;

/// <summary>The values that templates read. Pure and synchronous: what it may be asked for is known from <see cref="Template.References"/> and gathered beforehand.</summary>
public interface ITemplateScope
{
    /// <summary>
    /// The value of a reference. Instants are strings in ISO 8601, as in <c>2026-03-29T01:00:00Z</c>. False when there is none: the template
    /// then fails with <see cref="TemplateErrors.UnknownName"/>, unless the <c>default</c> filter stands in.
    /// </summary>
    bool TryGet(TemplateReference reference, out JsonElement value);
}
