using Updraft.Dags;

namespace Updraft.Operators.Tests;

public sealed class VariableTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("updraft-vars-").FullName;

    public void Dispose()
    {
        Environment.SetEnvironmentVariable(EnvironmentVariables.Prefix + "TEST_LIMIT", null);
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData("5", """5""")]
    [InlineData("[1,2]", """[1,2]""")]
    [InlineData("SEA", "\"SEA\"")]
    [InlineData("{broken", "\"{broken\"")]
    [InlineData("", "\"\"")]
    public void Read_TextThatIsNoJson_IsAText(string text, string json) => Assert.Equal(json, VariableText.Read(text).GetRawText());

    [Fact]
    public async Task Get_TheFirstSourceThatKnows_Holds()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "variables.json"), """{ "test_limit": 1, "only": { "a": [true] } }""");
        var variables = new Variables(new EnvironmentVariables(), FileVariables.Of(_folder));
        Assert.Equal("1 variables.json", Text(await variables.GetAsync("test_limit")));

        Environment.SetEnvironmentVariable(EnvironmentVariables.Prefix + "TEST_LIMIT", "2");

        Assert.Equal("2 environment", Text(await variables.GetAsync("test_limit")));
        Assert.Equal("""{ "a": [true] } variables.json""", Text(await variables.GetAsync("only")));
        Assert.Null(await variables.GetAsync("nothing"));
        Assert.Equal(["only", "test_limit"], (await variables.ListAsync()).Select(variable => variable.Name).Where(name => name is "only" or "test_limit"));
    }

    [Theory]
    [InlineData("{\n\"a\": 1,\n\"b\": }", "(line 3)")]
    [InlineData("[1]", "(line 1)")]
    [InlineData("{\"a\":1,\n\"a\":2}", "(line 2)")]
    public async Task File_ThatIsWrong_SaysWhere(string content, string where)
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "variables.json"), content);

        var wrong = await Assert.ThrowsAsync<UpdraftException>(() => FileVariables.Of(_folder).GetAsync("a"));

        Assert.Equal(OperatorErrors.Variable, wrong.Code);
        Assert.EndsWith(where, wrong.Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a.b")]
    [InlineData("a b")]
    public void Checked_OtherNames_AreRefused(string name) => Assert.Equal(OperatorErrors.Variable, Assert.Throws<UpdraftException>(() => VariableText.Checked(name)).Code);

    private static string Text(VariableView? variable) => $"{variable!.Value.GetRawText()} {variable.Source}";
}
