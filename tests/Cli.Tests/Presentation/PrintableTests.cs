namespace Updraft.Cli.Tests;

public sealed class PrintableTests
{
    [Theory]
    [InlineData("plain ü 漢 🛫", "plain ü 漢 🛫")]
    [InlineData("red \u001b[31m", "red \\u001b[31m")]
    [InlineData("a\r\nb\0", "a\\u000d\\u000ab\\u0000")]
    [InlineData("\u202Eabc", "\\u202eabc")]
    public void Of_TextOfOthers_CannotActOnTheTerminal(string text, string shown) => Assert.Equal(shown, Printable.Of(text));

    [Fact]
    public void Of_LoneSurrogate_IsWrittenAsAnEscape() => Assert.Equal("a\\ud83db", Printable.Of("a" + (char)0xD83D + "b"));

    [Fact]
    public void OfLog_LinesAndTabs_AreKept() => Assert.Equal("a\tb\nc\\u001b[2J\n", Printable.OfLog("a\tb\r\nc\u001b[2J\n"));
}
