namespace Updraft.Infra.Tests.Bicep;

/// <summary>Names fit what Azure takes, however long the environment is called.</summary>
public sealed class NameLengthTests
{
    // What uniqueString gives.
    private const int Unique = 13;

    public static IEnumerable<object[]> Limited =>
        from module in BicepFile.Main.Modules from param in BicepFile.Main.FileOf(module).Params where param.Limit("maxLength") is not null select new object[] { module.Name, param.Name };

    [Theory]
    [MemberData(nameof(Limited))]
    public void Name_OfAModule_IsNoLongerThanItMayBe(string module, string param)
    {
        var statement = BicepFile.Main.Find(module)!;
        var limits = BicepFile.Main.FileOf(statement).Find(param)!;
        var longest = Longest(((ObjectNode)statement.Body!["params"]!)[param]!);

        Assert.InRange(longest, limits.Limit("minLength") ?? 1, limits.Limit("maxLength")!.Value);
    }

    [Fact]
    public void NamesWithLimits_AreLimited()
    {
        // By Azure's rules for names of resources.
        Assert.Equal(24, BicepFile.Named("infra/app/storage.bicep").Find("name")!.Limit("maxLength"));
        Assert.Equal(24, BicepFile.Named("infra/app/vault.bicep").Find("name")!.Limit("maxLength"));
        Assert.Equal(50, BicepFile.Named("infra/app/messages.bicep").Find("name")!.Limit("maxLength"));
        Assert.Equal(60, BicepFile.Named("infra/app/function.bicep").Find("name")!.Limit("maxLength"));
        Assert.Equal(45, BicepFile.Named("infra/app/function.bicep").Find("taskHub")!.Limit("maxLength"));
    }

    [Fact]
    public void Apps_OfOneStorageAccount_DifferInTheFirst32Characters()
    {
        // Of these the host makes its id, by which it keeps leases.
        var names = new[] { "defaultName", "fastName" }.Select(name => BicepFile.Main.Find(name)!.Value!).ToList();

        Assert.All(names, name => Assert.InRange(Longest(name), 1, 32));
        Assert.NotEqual(names[0], names[1]);
    }

    [Fact]
    public void TaskHubs_AreLettersAndDigitsAndDiffer()
    {
        var hubs = new[] { "defaultHub", "fastHub" }.Select(name => ((TextNode)BicepFile.Main.Find(name)!.Value!).Plain!).ToList();

        Assert.All(hubs, hub => Assert.Matches("^[a-z][a-z0-9]{2,44}$", hub));
        Assert.Equal(2, hubs.Distinct().Count());
    }

    private static int Longest(Node node) => node switch
    {
        TextNode text => text.Pieces.Sum(piece => piece is string plain ? plain.Length : Longest((Node)piece)),
        Choice choice => Math.Max(Longest(choice.Then), Longest(choice.Else)),
        Call { Function: "uniqueString" } => Unique,
        NameNode name when BicepFile.Main.Find(name.Name) is { } found => found.Kind is StatementKind.Param ? found.Limit("maxLength")!.Value : Longest(found.Value!),
        _ => throw new InvalidOperationException($"the length of {node} is not known"),
    };
}
