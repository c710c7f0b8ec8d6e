using Updraft.Dags;

namespace Updraft.Cli.Tests;

public sealed class InstanceNameTests
{
    [Theory]
    [InlineData("fit", "fit")]
    [InlineData("g.fit[SEA]", "g.fit", "SEA")]
    [InlineData("g.fit[SEA][a[0]]", "g.fit", "SEA", "a[0]")]
    public void Parse_Name_HasTaskAndKeys(string text, string task, params string[] keys)
    {
        var name = InstanceName.Parse(text);

        Assert.Equal(task, name.TaskId);
        Assert.Equal(keys, name.Keys);
        Assert.Equal(text, name.ToString());
    }

    [Theory]
    [InlineData("fit[SEA")]
    [InlineData("[SEA]")]
    public void Parse_BrokenName_IsRefused(string text) => Assert.Equal(CliErrors.NoTask, Assert.Throws<UpdraftException>(() => InstanceName.Parse(text)).Code);

    [Fact]
    public void Matches_TaskAlone_MeansAllItsInstances()
    {
        Assert.True(InstanceName.Parse("fit").Matches("fit", ["SEA"]));
        Assert.True(InstanceName.Parse("fit[SEA]").Matches("fit", ["SEA"]));
        Assert.False(InstanceName.Parse("fit[LAX]").Matches("fit", ["SEA"]));
        Assert.False(InstanceName.Parse("fit").Matches("fitting", []));
    }
}
