using System.Collections.Immutable;
using System.ComponentModel;
using System.Reflection;
using Updraft.Dags;

namespace Updraft.Operators;

/// <summary>Makes the manifest of an operator from its class and from the record of its fields.</summary>
internal static class OperatorDescription
{
    public static OperatorManifest Of<TFields>(Type type, OperatorKind kind)
    {
        var fields = typeof(TFields);
        var named = type.GetCustomAttribute<OperatorAttribute>()
            ?? throw new UpdraftException(OperatorErrors.Declaration, $"class {type.FullName} has no [Operator(\"name\")] attribute: name the operator");
        if (named.Name is not { Length: > 0 and <= 64 } || !named.Name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '_' or '.' or '-'))
        {
            throw new UpdraftException(OperatorErrors.Declaration, $"operator name '{named.Name}' of class {type.FullName} is not [a-z0-9_.-]{{1,64}}");
        }
        return new OperatorManifest
        {
            Name = named.Name,
            Kind = kind,
            Description = type.GetCustomAttribute<DescriptionAttribute>()?.Description ?? "",
            Fields = FieldSchema.Of(fields),
            RawFields = Marked<RawAttribute>(fields),
            StreamFields = Marked<StreamsAttribute>(fields),
            FileFields = Marked<DagFileAttribute>(fields),
            SecretFields = Marked<SecretAttribute>(fields),
            Compute = named.Compute?.ToImmutableSortedSet(StringComparer.Ordinal),
            Check = fields.IsAssignableTo(typeof(ICheckedFields)) ? given => OperatorFields.Bind<TFields>(named.Name, given) : null,
            Needs = named.Needs.ToImmutableSortedSet(StringComparer.Ordinal),
        };
    }

    private static ImmutableSortedSet<string> Marked<TAttribute>(Type fields)
        where TAttribute : Attribute =>
        fields.GetProperties()
            .Where(property => property.IsDefined(typeof(TAttribute)))
            .Select(property => OperatorFields.NameOf(property))
            .ToImmutableSortedSet(StringComparer.Ordinal);
}
