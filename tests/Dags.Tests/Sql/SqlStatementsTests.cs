namespace Updraft.Dags.Tests;

public sealed class SqlStatementsTests
{
    [Theory]
    [InlineData("select 1; select 2", "select 1", "select 2")]
    [InlineData("select ';' ; select \";\"; select $$;$$; select $a$ $$ ; $a$", "select ';'", "select \";\"", "select $$;$$", "select $a$ $$ ; $a$")]
    [InlineData("-- first;\nselect 1 /* ; /* ; */ ; */;\n\n;;-- end", "select 1 /* ; /* ; */ ; */")]
    [InlineData("select $1; select a$b$c; select 2", "select $1", "select a$b$c", "select 2")]
    [InlineData("create function f() returns int begin atomic select case when true then 1 end; select 2; end; select 3", "create function f() returns int begin atomic select case when true then 1 end; select 2; end", "select 3")]
    [InlineData("begin; select 1; end", "begin", "select 1", "end")]
    [InlineData("select 'open; select 2", "select 'open; select 2")]
    [InlineData(@"select E'\';'; select 'a\'; select 2", @"select E'\';'", @"select 'a\'", "select 2")]
    public void Split_AScript_CutsWhereStatementsEnd(string script, params string[] statements) =>
        Assert.Equal(statements, SqlStatements.Split(script).Select(statement => statement.Text));

    [Fact]
    public void Split_AScript_TellsTheLines() =>
        Assert.Equal([2, 3, 5], SqlStatements.Split("\nselect 1;\nselect\n 2;\nselect 3").Select(statement => statement.Line));

    [Theory]
    [InlineData("")]
    [InlineData(" ;; -- nothing\n/* ; ")]
    public void Split_NoSql_IsNothing(string script) => Assert.Empty(SqlStatements.Split(script));
}
