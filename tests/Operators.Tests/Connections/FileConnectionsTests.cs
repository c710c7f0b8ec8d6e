using System.Text.Json;
using Updraft.Dags;

namespace Updraft.Operators.Tests;

/// <summary>The file of connections: what is wrong in it is said with its place, and without its content.</summary>
public sealed class FileConnectionsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("updraft-conn-").FullName;

    private string File => Path.Combine(_folder, "connections.json");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Get_ObjectOrUrl_IsRead()
    {
        await WriteAsync("""{ "$schema": "x", "a": { "url": "https://a.example", "options": { "x": "1" } }, /* c */ "b": "https://u:p@b.example/x" }""");
        var file = new FileConnections(File);

        Assert.Equal(("https://a.example/", "1"), ((await file.GetAsync("a"))!.Url!.AbsoluteUri, (await file.GetAsync("a"))!.Options["x"]));
        Assert.Equal(("u", "p"), ((await file.GetAsync("b"))!.User, (await file.GetAsync("b"))!.Password));
        Assert.Equal(["a", "b"], await file.NamesAsync());
        Assert.Null(await file.GetAsync("c"));
    }

    [Theory]
    [InlineData("{\n\"a\": {\n\"urll\": \"https://x\"\n}}", "at 'urll' (line 3)")]
    [InlineData("{\n\"b\": { \"a\": 1 },\n\n\"a\": { \"password\": 12345 }}", "at 'password' (line 4)")]
    [InlineData("{\n\"a\": {\"options\": {\n\"n\": 5 }}}", "at 'options.n' (line 3)")]
    [InlineData("{\n\"a\": 5}", "neither a URL nor an object (line 2)")]
    [InlineData("{\n\"a\": {\"url\": \"rates\"}}", "its url is no whole URL")]
    [InlineData("{\n\"a\": {},\n}}", "(line 3)")]
    [InlineData("{\"a\": {},\n\"a\": {}}", "(line 2)")]
    [InlineData("{\"a\": {\"url\": \"https://x\",\n\"url\": \"https://y\"}}", "(line 2)")]
    public async Task Get_WhatIsWrong_IsSaidWithItsPlaceAndWithoutItsContent(string content, string says)
    {
        await WriteAsync(content);

        var wrong = await Assert.ThrowsAsync<UpdraftException>(() => new FileConnections(File).GetAsync("a"));

        Assert.Equal(OperatorErrors.Connection, wrong.Code);
        Assert.Contains(says, wrong.Message);
        Assert.DoesNotContain("12345", wrong.Message);
    }

    [Fact]
    public async Task Get_FileThatOthersMayRead_IsRefused()
    {
        if (OperatingSystem.IsWindows()) return;
        await WriteAsync("{}");
        System.IO.File.SetUnixFileMode(File, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);

        Assert.Contains("chmod 600", (await Assert.ThrowsAsync<UpdraftException>(() => new FileConnections(File).GetAsync("a"))).Message);
    }

    [Fact]
    public async Task List_ShowsSourcesAndProblemsButNoSecrets()
    {
        await WriteAsync("""{ "a": { "url": "https://a.example/path", "user": "ann", "password": "p4ss" }, "b": { "nonsense": "p4ss" } }""");

        var listed = await new Connections(new EnvironmentSecrets(), new FileConnections(File)).ListAsync();

        Assert.Equal(("connections.json", "https://a.example as ann"), (listed[0].Source, listed[0].Text));
        Assert.Contains("at 'nonsense'", listed[1].Problem);
        Assert.DoesNotContain("p4ss", JsonSerializer.Serialize(listed));
    }

    /// <summary>The schema for editors knows what the program takes.</summary>
    [Fact]
    public void Schema_HasTheFieldsOfAConnection()
    {
        var schema = JsonSerializer.Deserialize<JsonElement>(Repository.Read("docs/connections.schema.json"));

        Assert.True(JsonSchema.Check(schema).IsEmpty);
        var written = JsonSerializer.SerializeToElement(new Dictionary<string, object>
        {
            ["a"] = new Connection { Url = new Uri("https://x"), User = "u", Password = "p", Token = "t", Azure = "default", Options = new Connection().Options.Add("x", "1") }, ["b"] = "https://x",
        }, ConnectionJson.Options);
        Assert.Empty(JsonSchema.Validate(schema, written));
        Assert.NotEmpty(JsonSchema.Validate(schema, JsonSerializer.Deserialize<JsonElement>("""{"a":{"urll":"x"}}""")));
    }

    private async Task WriteAsync(string content)
    {
        await System.IO.File.WriteAllTextAsync(File, content);
        if (!OperatingSystem.IsWindows()) System.IO.File.SetUnixFileMode(File, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }
}
