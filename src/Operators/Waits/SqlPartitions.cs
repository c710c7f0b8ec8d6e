using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Updraft.Dags;

namespace Updraft.Operators;

/// <summary>
/// Partitions by SQL. A query that lists partitions is asked once for all of a table; without one, a partition is there once the table has a row with its
/// values.
/// </summary>
internal static partial class SqlPartitions
{
    public static async Task<IReadOnlyList<(int, PokeAnswer)>> LookAsync(TaskContext context, string connection, IReadOnlyList<PartitionLook> looks, CancellationToken stop)
    {
        var asked = new SqlLooks();
        var answers = new List<(int, PokeAnswer)>();
        var questions = looks.GroupBy(look => look.Fields.Sql is { } sql ? (sql, look.Fields.Table, "") : ("", look.Fields.Table, look.Name.Folder)).Select(same => same.ToList()).ToList();
        foreach (var (index, question) in questions.Index())
        {
            try
            {
                var (sql, values) = question[0].Fields.Sql is { } listing ? Listing(listing, question[0]) : Rows(question[0]);
                asked.Add(index, sql, values);
            }
            catch (UpdraftException e)
            {
                answers.AddRange(question.Select(look => (look.Index, PokeAnswer.Failed(e))));
            }
        }
        await foreach (var (index, text, error) in asked.AskAsync(context, connection, stop))
        {
            var names = text is null ? [] : JsonSerializer.Deserialize<ImmutableArray<string?>>(text);
            answers.AddRange(questions[index].Select(look => error is null ? look.Is(names.Any(name => IsNameOf(look, name))) : (look.Index, PokeAnswer.Failed(error))));
        }
        return answers;
    }

    private static (string, Dictionary<string, JsonElement>) Listing(string listing, PartitionLook look) => SqlStatements.Split(listing) is [var query]
        ? ($"select json_agg(landed.name::text)::text from (\n{query.Text}\n) landed (name)", new() { ["table"] = JsonSerializer.SerializeToElement(look.Fields.Table) })
        : throw new UpdraftException(OperatorErrors.Fields, "sql of a wait is one query");

    private static (string, Dictionary<string, JsonElement>) Rows(PartitionLook look)
    {
        foreach (var name in (string[])[look.Fields.Table, .. look.Name.Parts.Select(part => part.Column)])
        {
            if (!Identifier().IsMatch(name)) throw new UpdraftException(OperatorErrors.Fields, $"'{name}' is no name of a table or a column in SQL");
        }
        var values = look.Name.Parts.Index().ToDictionary(part => string.Create(CultureInfo.InvariantCulture, $"v{part.Index}"), part => JsonSerializer.SerializeToElement(part.Item.Value));
        var where = string.Join(" and ", look.Name.Parts.Index().Select(part => string.Create(CultureInfo.InvariantCulture, $"{part.Item.Column} = @v{part.Index}")));
        values["name"] = JsonSerializer.SerializeToElement(look.Name.Folder);
        return ($"select json_build_array(@name::text)::text where exists (select from {look.Fields.Table} where {where})", values);
    }

    /// <summary>With the column or, where there is only one, its value alone.</summary>
    private static bool IsNameOf(PartitionLook look, string? name) => name is not null && (name.Trim('/') == look.Name.Folder || (look.Name.Parts is [var (_, value)] && name == value));

    [GeneratedRegex("""^([A-Za-z_][A-Za-z0-9_$]*|"[^"\0]+")(\.([A-Za-z_][A-Za-z0-9_$]*|"[^"\0]+")){0,2}\z""")]
    private static partial Regex Identifier();
}
