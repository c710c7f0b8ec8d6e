namespace Updraft.Operators.Tests;

public sealed class LogCursorTests
{
    [Fact]
    public void Take_OfPagesThatOverlap_YieldsEachLineOnce()
    {
        var (first, cursor) = LogCursor.Start.Take(LogPage.Of("2026-03-29T01:00:01Z a\n2026-03-29T01:00:01Z a\n", whole: false));
        var (second, next) = cursor.Take(LogPage.Of("2026-03-29T01:00:01Z a\n2026-03-29T01:00:01Z a\n2026-03-29T01:00:01Z a\n2026-03-29T01:00:02Z b\n", whole: false));
        var (third, _) = next.Take(LogPage.Of("2026-03-29T01:00:02Z b\n", whole: true));

        Assert.Equal(["a", "a"], first);
        Assert.Equal(["a", "b"], second);
        Assert.Empty(third);
    }

    [Fact]
    public void Take_OfALogWithoutTimes_CountsItsLines()
    {
        var (_, cursor) = LogCursor.Start.Take(LogPage.Of("one\ntwo\n", whole: false));

        Assert.Equal(["three"], cursor.Take(LogPage.Of("one\ntwo\nthree\n", whole: false)).New);
    }

    [Theory]
    [InlineData("2026-03-29T01:00:01Z a\n2026-03-29T01:00:02Z b", false, "a")]
    [InlineData("2026-03-29T01:00:01Z a\n2026-03-29T01:00:02Z b", true, "a,b")]
    [InlineData("2026-03-29T01:00:01.123456789+02:00 a\r\ncontinued\n", false, "a,continued")]
    [InlineData("2026-03-29T01:00:01Z\n2026-03-29T01:00:01Z \n", false, ",")]
    [InlineData("7 apples\n", false, "7 apples")]
    public void Of_Text_ReadsLines(string text, bool whole, string lines) => Assert.Equal(lines, string.Join(',', LogPage.Of(text, whole).Lines.Select(line => line.Text)));
}
