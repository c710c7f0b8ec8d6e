using System.Text;

namespace Updraft.Dags.Tests;

public sealed class HostileYamlTests
{
    public static TheoryData<string, string, string> Hostile => new()
    {
        { "billion laughs", Laughs(), DagErrors.TooLarge },
        { "wide aliases", "a: &a [1,2,3,4,5,6,7,8,9]\nb: [" + string.Join(",", Enumerable.Repeat("*a", 5_000)) + "]", DagErrors.TooLarge },
        { "deep lists", new string('[', 10_000) + new string(']', 10_000), DagErrors.TooLarge },
        { "deep lists, never closed", new string('[', 500_000), DagErrors.TooLarge },
        { "deep mappings", string.Concat(Enumerable.Repeat("{a: ", 10_000)), DagErrors.TooLarge },
        { "deep blocks", string.Concat(Enumerable.Range(0, 1_000).Select(i => new string(' ', i) + "a:\n")), DagErrors.TooLarge },
        { "10 MB", "name: " + new string('x', 10 * 1024 * 1024), DagErrors.TooLarge },
        { "many values", "a: [" + string.Join(",", Enumerable.Repeat("1", 200_000)) + "]", DagErrors.TooLarge },
        { "tabs", new string('\t', 100_000), DagErrors.BadFile },
        { "NUL", new string('\0', 100_000), DagErrors.BadFile },
        { "anchor of itself", "a: &a {b: *a}", DagErrors.BadYaml },
        { "long number", "name: " + new string('9', 500_000), DagErrors.BadValue },
        { "huge exponent", "name: 1e" + new string('9', 100_000), DagErrors.BadValue },
        { "many duplicates", string.Concat(Enumerable.Repeat("a: 1\n", 50_000)), DagErrors.TooLarge },
    };

    [Theory]
    [MemberData(nameof(Hostile))]
    public void Read_Hostile_IsRefusedWithClearMessages(string what, string yaml, string code)
    {
        var read = DagYaml.Read(yaml);
        Assert.Empty(read.Dags);
        Assert.Contains(read.Problems, problem => problem.Code == code);
        Assert.All(read.Problems, problem => Assert.True(problem.ToString().Length < 600, what));
        Assert.InRange(read.Problems.Length, 1, YamlLimits.Problems + 1);
    }

    [Fact]
    public void Read_ManyIncludesOfALargeFile_StopsAtTheLimit()
    {
        var files = new TextFiles(
            ("dag.yaml", "x: [" + string.Join(",", Enumerable.Repeat("{$include: big.yaml}", 20_000)) + "]"),
            ("big.yaml", "[" + string.Join(",", Enumerable.Repeat("1", 50_000)) + "]"));
        Assert.Equal(DagErrors.TooLarge, Assert.Single(DagYaml.Read(files).Problems).Code);
    }

    /// <summary>Whatever is cut out of, doubled in or put into a sound file, reading ends with DAGs or problems, never with a failure.</summary>
    [Fact]
    public void Read_BrokenAtRandom_NeverFails()
    {
        var random = new Random(11);
        const string marks = "{}[]:,-&*!|>'\"%@`#\t\n \\<?~=\u0085\u2028\uFEFF\uD800";
        for (var i = 0; i < 800; i++)
        {
            var text = new StringBuilder(RichDag.Yaml);
            for (var edits = random.Next(1, 6); edits > 0; edits--)
            {
                var at = random.Next(text.Length);
                switch (random.Next(3))
                {
                    case 0:
                        text.Remove(at, Math.Min(random.Next(1, 20), text.Length - at));
                        break;
                    case 1:
                        text.Insert(at, marks[random.Next(marks.Length)]);
                        break;
                    default:
                        text.Insert(at, text.ToString(at, Math.Min(random.Next(1, 40), text.Length - at)));
                        break;
                }
            }
            var read = DagYaml.Read(text.ToString());
            Assert.True(read.Dags.Length > 0 ^ read.Problems.Length > 0);
            foreach (var document in read.Dags) DagValidator.Validate(document.Dag, null, document.Sources);
        }
    }

    private static string Laughs()
    {
        var text = new StringBuilder("a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n");
        for (var i = 1; i < 30; i++) text.Append(System.Globalization.CultureInfo.InvariantCulture, $"a{i}: &a{i} [{string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 9))}]\n");
        return text.ToString();
    }
}
