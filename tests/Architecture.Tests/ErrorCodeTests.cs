using System.Text.RegularExpressions;

namespace Updraft.Architecture.Tests;

/// <summary>Every code stands once in the source, as a constant, and once in <c>docs/errors.md</c>.</summary>
public sealed partial class ErrorCodeTests
{
    private static readonly IReadOnlyList<string> InSource =
        [.. Repository.Files("src", "*.cs").SelectMany(file => Declaration().Matches(Repository.Read(file))).Select(match => match.Groups["code"].Value)];

    private static readonly IReadOnlyList<string> InDocs = [.. Row().Matches(Repository.Read("docs/errors.md")).Select(match => match.Groups["code"].Value)];

    [Fact]
    public void Codes_InSource_AreInTheDocsAndViceVersa()
    {
        Assert.Empty(InSource.Except(InDocs).Order(StringComparer.Ordinal));
        Assert.Empty(InDocs.Except(InSource).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Codes_AreDeclaredOnce()
    {
        Assert.Empty(InSource.GroupBy(code => code).Where(code => code.Count() > 1).Select(code => code.Key));
        Assert.Empty(InDocs.GroupBy(code => code).Where(code => code.Count() > 1).Select(code => code.Key));
    }

    [Fact]
    public void Meanings_InTheDocs_AreThoseOfTheSource()
    {
        var source = Repository.Files("src", "*.cs").SelectMany(file => Documented().Matches(Repository.Read(file)))
            .ToDictionary(match => match.Groups["code"].Value, match => Words(match.Groups["meaning"].Value), StringComparer.Ordinal);
        var docs = Row().Matches(Repository.Read("docs/errors.md")).ToDictionary(match => match.Groups["code"].Value, match => match.Groups["meaning"].Value, StringComparer.Ordinal);

        Assert.Empty(docs.Where(row => source.GetValueOrDefault(row.Key) != row.Value).Select(row => $"| `{row.Key}` | {source.GetValueOrDefault(row.Key)} |"));
    }

    [Fact]
    public void Codes_AreInOrderInTheDocs() => Assert.Equal(InDocs.Order(StringComparer.Ordinal), InDocs);

    [Fact]
    public void Codes_AreUsedByTheirName() =>
        Assert.Empty(Repository.Files("src", "*.cs").SelectMany(file => Repository.Read(file).Split('\n')
            .Where(line => Literal().IsMatch(line) && !Declaration().IsMatch(line) && !line.TrimStart().StartsWith("//", StringComparison.Ordinal))
            .Select(line => $"{file}: {line.Trim()}")));

    private static string Words(string comment) => Blank().Replace(comment.Replace("<c>", "`", StringComparison.Ordinal).Replace("</c>", "`", StringComparison.Ordinal), " ").Trim();

    [GeneratedRegex("const string \\w+ = \"(?<code>UPD[0-9]{4})\"")]
    private static partial Regex Declaration();

    [GeneratedRegex("\"[^\"]*UPD[0-9]{4}")]
    private static partial Regex Literal();

    [GeneratedRegex(@"^\| `(?<code>UPD[0-9]{4})` \| (?<meaning>.*) \|$", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"<summary>(?<meaning>[^<]*(<c>[^<]*</c>[^<]*)*)</summary>\s*(internal |public )?const string \w+ = ""(?<code>UPD[0-9]{4})""")]
    private static partial Regex Documented();

    [GeneratedRegex(@"\s+(///\s*)?")]
    private static partial Regex Blank();
}
