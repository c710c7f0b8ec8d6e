namespace Updraft.Operators.Tests;

public sealed class RedactorTests
{
    [Theory]
    [InlineData("s3cr&t", "before s3cr&t after", "before *** after")]
    [InlineData("s3cr&t", "?key=s3cr%26t", "?key=***")]
    [InlineData("s3cr&t", "Basic czNjciZ0", "Basic ***")]
    [InlineData("say \"hi\"", """{"token":"say \"hi\""}""", """{"token":"***"}""")]
    [InlineData("say \"hi\"", """{"token":"say \u0022hi\u0022"}""", """{"token":"***"}""")]
    [InlineData("line one is long\nline two is long", "x line two is long y", "x *** y")]
    [InlineData("aa", "aaaaa", "******a")]
    [InlineData("", "nothing", "nothing")]
    [InlineData("schlüssel", "mein schlüssel", "mein ***")]
    public void Redact_FormsOfASecret_AreReplaced(string secret, string text, string expected) =>
        Assert.Equal(expected, new Redactor([secret]).Redact(text));

    [Fact]
    public void Redact_SecretWithinASecret_LongestFirst() => Assert.Equal("***!", new Redactor(["abc", "abcdef"]).Redact("abcdef!"));
}
