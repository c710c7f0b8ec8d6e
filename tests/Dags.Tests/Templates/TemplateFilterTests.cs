using System.Text.Json;
using System.Text.Json.Nodes;

namespace Updraft.Dags.Tests;

public sealed class TemplateFilterTests
{
    private readonly FixedScope _scope = new()
    {
        ["params.list"] = new object[] { "a", 2, true },
        ["params.empty"] = Array.Empty<int>(),
        ["params.object"] = new { b = 1, a = "é<" },
        ["params.rows"] = new[] { new { mae = 1.5 }, new { mae = 2.25 } },
        ["params.nulls"] = new object?[] { null },
        ["params.text"] = " Äbc ",
    };

    [Theory]
    [InlineData("params.object | json", """ "{\"b\":1,\"a\":\"é<\"}" """)]
    [InlineData("""'{"a":[1]}' | from_json""", """{"a":[1]}""")]
    [InlineData("5 | string", "\"5\"")]
    [InlineData("params.list | string", """ "[\"a\",2,true]" """)]
    [InlineData("params.text | upper", "\" ÄBC \"")]
    [InlineData("params.text | trim | lower", "\"äbc\"")]
    [InlineData("'a-b-c' | replace('-', '+-')", "\"a+-b+-c\"")]
    [InlineData("'a,b' | split(',')", """["a","b"]""")]
    [InlineData("'' | split(',')", "[]")]
    [InlineData("params.list | length", "3")]
    [InlineData("params.object | length", "2")]
    [InlineData("'abcd' | length", "4")]
    [InlineData("params.list | first", "\"a\"")]
    [InlineData("params.list | last", "true")]
    [InlineData("params.empty | first | default(0)", "0")]
    [InlineData("params.list | join", "\"a,2,true\"")]
    [InlineData("params.list | join('; ')", "\"a; 2; true\"")]
    [InlineData("params.empty | join", "\"\"")]
    [InlineData("params.rows | pluck('mae')", "[1.5,2.25]")]
    [InlineData("params.object | keys", """["b","a"]""")]
    [InlineData("params.object | values", """[1,"é<"]""")]
    [InlineData("3 | range", "[0,1,2]")]
    [InlineData("0 | range", "[]")]
    [InlineData("2.5 | round", "3")]
    [InlineData("-2.345 | round(2)", "-2.35")]
    [InlineData("'12' | int", "12")]
    [InlineData("-12.9 | int", "-12")]
    [InlineData("' 1.5e2' | number", "150")]
    [InlineData("1 | add(2.5)", "3.5")]
    [InlineData("1 | subtract(3)", "-2")]
    public void Evaluate_Filter_YieldsItsResult(string expression, string json) =>
        Assert.Equal(Parsed(json), Parsed(_scope.Json($"{{{{ {expression} }}}}")));

    [Theory]
    [InlineData("2026-03-29T01:30:00Z", "date('yyyy/MM/dd HH:mm:ss')", "2026/03/29 01:30:00")]
    [InlineData("2026-03-29T01:30:00Z", "date('HH:mm zzz', 'Europe/Paris')", "03:30 +02:00")]
    [InlineData("2026-03-29T00:30:00Z", "date('HH:mm', 'Europe/Paris')", "01:30")]
    [InlineData("2026-03-29T01:30:00+02:00", "date('HH:mm')", "23:30")]
    [InlineData("2026-03-29", "date('dddd, d MMMM')", "Sunday, 29 March")]
    [InlineData("2026-03-29", "date('d')", "29")]
    [InlineData("2026-03-29T01:30", "date('m')", "30")]
    [InlineData("2026-03-29 01:30:00.25Z", "date('fff')", "250")]
    [InlineData("2026-03-29", "add('1d')", "2026-03-30T00:00:00Z")]
    [InlineData("2026-03-29T01:30:00Z", "add('1h30m')", "2026-03-29T03:00:00Z")]
    [InlineData("2026-03-29T01:30:00Z", "subtract('250ms')", "2026-03-29T01:29:59.75Z")]
    [InlineData("2026-01-31", "add_months(1)", "2026-02-28T00:00:00Z")]
    [InlineData("2028-03-31", "add_months(-1)", "2028-02-29T00:00:00Z")]
    [InlineData("2026-03-29T01:30:45Z", "start_of('minute')", "2026-03-29T01:30:00Z")]
    [InlineData("2026-03-29T01:30:45Z", "start_of('hour')", "2026-03-29T01:00:00Z")]
    [InlineData("2026-03-29T01:30:45Z", "start_of('day')", "2026-03-29T00:00:00Z")]
    [InlineData("2026-03-29T01:30:45Z", "start_of('day', 'Europe/Paris')", "2026-03-28T23:00:00Z")]
    [InlineData("2026-10-25T01:30:00Z", "start_of('hour', 'Europe/Paris')", "2026-10-25T01:00:00Z")] // the second 02:30 of that day
    [InlineData("2026-03-29T01:30:45Z", "start_of('hour', 'Asia/Kolkata')", "2026-03-29T01:30:00Z")]
    [InlineData("2026-03-29T01:30:45Z", "start_of('week')", "2026-03-23T00:00:00Z")]
    [InlineData("2026-03-29T01:30:45Z", "start_of('month')", "2026-03-01T00:00:00Z")]
    [InlineData("2026-03-29T01:30:45Z", "start_of('year', 'America/New_York')", "2026-01-01T05:00:00Z")]
    [InlineData("2026-09-06T15:00:00Z", "start_of('day', 'America/Santiago')", "2026-09-06T04:00:00Z")] // midnight falls into a gap
    public void Evaluate_DateFilter_YieldsItsResult(string date, string filter, string expected) =>
        Assert.Equal(expected, _scope.Text($"{{{{ '{date}' | {filter} }}}}"));

    [Theory]
    [InlineData("params.object | upper", "filter 'upper' works on a string, not on an object")]
    [InlineData("'x' | join", "filter 'join' works on a list, not on a string")]
    [InlineData("params.nulls | join", "null cannot stand within text")]
    [InlineData("params.list | keys", "filter 'keys' works on an object, not on a list of 3")]
    [InlineData("params.list | pluck('x')", "filter 'pluck' found no member 'x' in element 0, a string")]
    [InlineData("-1 | range", "filter 'range' works on a whole number from 0 to 100000")]
    [InlineData("100001 | range", "filter 'range' works on a whole number from 0 to 100000")]
    [InlineData("'x' | int", "filter 'int' works on a number")]
    [InlineData("1e40 | int", "filter 'int' works on a number of at most 28 digits")]
    [InlineData("1 | round(29)", "filter 'round' takes 0 to 28 digits")]
    [InlineData("1 | round('a')", "filter 'round' takes a whole number as argument 1")]
    [InlineData("1 | add('1d')", "filter 'add' takes a number as argument 1")]
    [InlineData("'2026-01-01' | add('1 day')", "filter 'add' takes a duration such as")]
    [InlineData("'2026-01-01' | add(1)", "filter 'add' takes a string as argument 1")]
    [InlineData("'9999-12-31' | add('2d')", "filter 'add' leaves the years 1 to 9999")]
    [InlineData("'0001-01-01' | add_months(-1)", "filter 'add_months' leaves the years 1 to 9999")]
    [InlineData("'0001-01-01' | date('yyyy', 'America/New_York')", "filter 'date' leaves the years 1 to 9999")]
    [InlineData("'01/02/2026' | date('yyyy')", "filter 'date' works on a date such as")]
    [InlineData("'2026-01-01' | date('yyyy', 'Europe/Pariss')", "filter 'date' found no time zone 'Europe/Pariss'")]
    [InlineData("'2026-01-01' | date('\"')", "filter 'date' cannot use the format")]
    [InlineData("'2026-01-01' | start_of('century')", "filter 'start_of' takes minute, hour, day, week, month or year, not 'century'")]
    [InlineData("'{' | from_json", "filter 'from_json' cannot read the text as JSON")]
    [InlineData("'x' | replace('', 'y')", "filter 'replace' cannot replace an empty string")]
    [InlineData("'x' | split('')", "filter 'split' needs a separator")]
    public void Evaluate_FilterThatCannotWork_FailsAndNamesIt(string expression, string message)
    {
        var failure = _scope.Failure($"{{{{ {expression} }}}}");
        Assert.Equal(TemplateErrors.BadValue, failure.Code);
        Assert.StartsWith(message, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Evaluate_FailureOnAValue_NeverShowsTheValue()
    {
        var scope = new FixedScope { ["secrets.TOKEN"] = "hunter2" };
        Assert.DoesNotContain("hunter2", scope.Failure("{{ secrets.TOKEN | int }}").Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", scope.Failure("{{ secrets.TOKEN | date('yyyy') }}").Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", scope.Failure("{{ secrets.TOKEN | from_json }}").Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", scope.Failure("{{ secrets.TOKEN.x }}").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Evaluate_StringThatIsNoUnicode_Fails()
    {
        var scope = new BrokenScope();
        foreach (var template in new[] { "x{{ item }}", "{{ item | upper }}", "{{ 'a' | replace(item, 'b') }}" })
        {
            var failure = Assert.Throws<TemplateException>(() => Template.Parse(template).Evaluate(scope));
            Assert.Equal(TemplateErrors.BadValue, failure.Code);
            Assert.StartsWith("the string is no valid Unicode", failure.Message, StringComparison.Ordinal);
        }
    }

    private sealed class BrokenScope : ITemplateScope
    {
        public bool TryGet(TemplateReference reference, out JsonElement value)
        {
            value = JsonSerializer.Deserialize<JsonElement>("\"\\ud800\"");
            return true;
        }
    }

    private static string Parsed(string json) => JsonNode.Parse(json)!.ToJsonString();
}
