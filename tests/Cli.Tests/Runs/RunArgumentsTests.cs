using Updraft.Dags;

namespace Updraft.Cli.Tests;

public sealed class RunArgumentsTests
{
    [Fact]
    public void Conf_Nothing_IsAnEmptyObject() => Assert.Equal("{}", RunArguments.Conf(null).GetRawText());

    [Fact]
    public void Conf_File_IsRead()
    {
        var file = Path.GetTempFileName();
        File.WriteAllText(file, """{"n": 2}""");

        Assert.Equal(2, RunArguments.Conf("@" + file).GetProperty("n").GetInt32());
        File.Delete(file);
    }

    [Theory]
    [InlineData("[1]", "must be a JSON object")]
    [InlineData("{", "no JSON")]
    [InlineData("@/nowhere/conf.json", "cannot be read")]
    public void Conf_NoObject_IsRefused(string argument, string why)
    {
        var refused = Assert.Throws<UpdraftException>(() => RunArguments.Conf(argument));

        Assert.Equal(CliErrors.Conf, refused.Code);
        Assert.Contains(why, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Labels_NamesAndValues_AreTaken()
    {
        var labels = RunArguments.Labels(["team=red", "note=a=b", "empty="]);

        Assert.Equal(("red", "a=b", ""), (labels["team"], labels["note"], labels["empty"]));
    }

    [Theory]
    [InlineData("team")]
    [InlineData("=red")]
    public void Labels_NoName_IsRefused(string label) => Assert.Equal(CliErrors.Label, Assert.Throws<UpdraftException>(() => RunArguments.Labels([label])).Code);

    [Fact]
    public void Labels_Twice_IsRefused() => Assert.Equal(CliErrors.Label, Assert.Throws<UpdraftException>(() => RunArguments.Labels(["a=1", "a=2"])).Code);
}
