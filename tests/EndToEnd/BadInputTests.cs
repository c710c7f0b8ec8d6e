using System.Text;

namespace Updraft.EndToEnd;

public sealed class BadInputTests : IDisposable
{
    private const string Good = "name: d\nparams: { n: { default: 1, schema: { type: integer } } }\ntasks: { a: { shell: { script: 'true' } } }\n";

    private readonly Workspace _here = new();

    public static TheoryData<string, string, string> BadDags => new()
    {
        { "cycle", "name: d\ntasks:\n  a: { after: b, shell: { script: x } }\n  b: { after: a, shell: { script: x } }\n", "UPD1021" },
        { "two tasks of one name", "name: d\ntasks:\n  a: { shell: { script: x } }\n  a: { shell: { script: y } }\n", "'a'" },
        { "unknown upstream", "name: d\ntasks:\n  a: { after: bb, shell: { script: x } }\n", "UPD1020" },
        { "unknown operator", "name: d\ntasks:\n  a: { shel: { script: x } }\n", "UPD1024" },
        { "unknown field", "name: d\ntasks:\n  a: { retrys: 3, shell: { script: x } }\n", "UPD1001" },
        { "unknown field of an operator", "name: d\ntasks:\n  a: { shell: { skript: x } }\n", "UPD1025" },
        { "bad cron", "name: d\nschedule: '61 * * * *'\ntasks:\n  a: { shell: { script: x } }\n", "UPD1302" },
        { "bad template", "name: d\ntasks:\n  a: { shell: { script: x, env: { A: '{{ params. }}' } } }\n", "UPD1201" },
        { "unknown param in a template", "name: d\ntasks:\n  a: { shell: { script: x, env: { A: '{{ params.none }}' } } }\n", "UPD1027" },
        { "empty file", "", "UPD1010" },
        { "no mapping", "- 1\n- 2\n", "UPD1003" },
        { "no yaml", "name: [d\n", "UPD1009" },
        { "10 MB", "name: d\ndescription: " + new string('x', 10 << 20) + "\n", "UPD1007" },
        { "bomb", Bomb(), "UPD1007" },
        { "depth", "name: d\ntasks: " + new string('[', 10_000) + "\n", "UPD10" },
    };

    public void Dispose() => _here.Dispose();

    [Theory]
    [MemberData(nameof(BadDags))]
    public async Task Run_BadDag_IsRefusedWithOneClearMessage(string what, string yaml, string expected)
    {
        _here.Write("dag.yaml", yaml);

        var ended = (await _here.RunAsync("run", "dag.yaml")).Expect(2);

        AssertRefused(ended, expected, what);
    }

    [Theory]
    [InlineData("UPD1040", "--conf", """{"n": "many"}""")]
    [InlineData("UPD1040", "--conf", """{"m": 1}""")]
    [InlineData("UPD5003", "--conf", "[1]")]
    [InlineData("UPD5003", "--conf", "{")]
    [InlineData("UPD5003", "--conf", "@none.json")]
    [InlineData("UPD5004", "--label", "novalue")]
    [InlineData("UPD2012", "--run-id", "a\nb")]
    [InlineData("UPD2012", "--run-id", " a")]
    [InlineData("UPD5002", "--dag", "other")]
    [InlineData("--frobnicate", "--frobnicate", "x")]
    public async Task Run_BadArgument_IsRefusedWithOneClearMessage(string expected, string option, string value)
    {
        _here.Write("dag.yaml", Good);

        AssertRefused((await _here.RunAsync("run", "dag.yaml", option, value)).Expect(2), expected, option);
    }

    [Fact]
    public async Task Run_DeepConf_IsRefused()
    {
        _here.Write("dag.yaml", Good);
        _here.Write("conf.json", "{\"n\":" + new string('[', 10_000) + new string(']', 10_000) + "}");

        AssertRefused((await _here.RunAsync("run", "dag.yaml", "--conf", "@conf.json")).Expect(2), "UPD5003", "depth");
    }

    [Theory]
    [InlineData("UPD5001", "run", "none")]
    [InlineData("UPD5001", "run", ".")]
    [InlineData("UPD5001", "validate", "none.yaml")]
    [InlineData("run", "run")]
    [InlineData("frob", "frob")]
    public async Task Command_BadUse_IsRefused(string expected, params string[] arguments) => AssertRefused((await _here.RunAsync(arguments)).Expect(2), expected, arguments[0]);

    [Fact]
    public async Task Validate_SeveralProblems_NamesEachWithItsPlace()
    {
        _here.Write("dag.yaml", "name: d\ntasks:\n  a: { after: none, shell: { script: x } }\n  b: { retries: -1, shell: { script: x } }\n");

        var ended = (await _here.RunAsync("validate", ".")).Expect(2);

        var lines = ended.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, lines.Length);
        Assert.StartsWith("dag.yaml:3", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("dag.yaml:4", lines[1], StringComparison.Ordinal);
        Assert.False(Directory.Exists(_here.Data));
    }

    [Theory]
    [InlineData("runs")]
    [InlineData("show", "r1")]
    [InlineData("logs", "r1")]
    public async Task Read_NoDataFolder_SaysSoAndMakesNone(params string[] arguments)
    {
        var ended = (await _here.RunAsync(arguments)).Expect(5);

        Assert.Contains("UPD5008", ended.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_here.Data));
    }

    [Theory]
    [InlineData("/sys/updraft")]
    [InlineData("dag.yaml/inside")]
    public async Task Run_DataFolderThatCannotBeWritten_SaysSo(string data)
    {
        _here.Write("dag.yaml", Good);

        var ended = (await _here.RunAsync("run", "dag.yaml", "--data", data)).Expect(5);

        Assert.Matches("^UPD300[45]: ", ended.Error);
        Assert.Single(ended.Error.TrimEnd('\n').Split('\n'));
    }

    /// <summary>CVE-2022-24288, CVE-2022-40127: a conf or an id of a run that reaches a shell.</summary>
    [Fact]
    public async Task Run_HostileValues_AreDataOnly()
    {
        const string hostile = "$(touch pwned) `touch pwned`; touch pwned \u001b[31m \u202e ../..";
        _here.Write("dag.yaml", "name: d\nparams: { v: {} }\ntasks:\n  a: { shell: { script: 'printf %s \"$V\" > \"$MARKS/v\"', env: { V: '{{ params.v }}' } } }\n");

        var ended = await _here.RunAsync("run", "dag.yaml", "--run-id", "../../$(touch pwned)", "--conf", System.Text.Json.JsonSerializer.Serialize(new { v = hostile }));

        ended.Expect(0);
        Assert.Equal(hostile, await File.ReadAllTextAsync(Path.Combine(_here.Marks, "v")));
        Assert.Empty(Directory.GetFiles(_here.Folder, "pwned", SearchOption.AllDirectories));
        Assert.DoesNotContain('\u001b', (await _here.RunAsync("runs")).Expect(0).Output);
    }

    private static string Bomb()
    {
        var yaml = new StringBuilder("name: d\nx0: &x0 [a, a, a, a, a, a, a, a, a, a]\n");
        for (var i = 1; i < 10; i++) yaml.Append(System.Globalization.CultureInfo.InvariantCulture, $"x{i}: &x{i} [{string.Join(", ", Enumerable.Repeat($"*x{i - 1}", 10))}]\n");
        return yaml.ToString();
    }

    private void AssertRefused(Ended ended, string expected, string what)
    {
        Assert.True(ended.Error.Contains(expected, StringComparison.Ordinal), $"{what}: {ended.Error}");
        Assert.True(ended.Error.TrimEnd('\n').Split('\n').Length == 1, $"{what}: more than one message\n{ended.Error}");
        Assert.True(ended.Error.Length < 1_000, $"{what}: a message of {ended.Error.Length} characters");
        Assert.Equal("", ended.Output);
        Assert.False(Directory.Exists(_here.Data), $"{what}: something was written");
    }
}
