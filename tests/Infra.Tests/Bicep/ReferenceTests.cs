namespace Updraft.Infra.Tests.Bicep;

/// <summary>What a file names is there, and what is there is named.</summary>
public sealed class ReferenceTests
{
    private static readonly string[] Functions =
    [
        "uniqueString", "union", "guid", "subscription", "resourceGroup", "tenant", "environment", "subscriptionResourceId", "replace", "loadTextContent", "string", "empty", "cidrSubnet",
    ];

    [Fact]
    public void Names_AreDeclared() =>
        Assert.Empty(from file in BicepFile.All
                     from statement in file.Statements
                     from name in Names(statement)
                     where file.Find(name) is null && !Loops(statement).Contains(name)
                     select $"{file.Path}:{statement.Line}: {name}");

    [Fact]
    public void Functions_AreKnown() =>
        Assert.Empty(from file in BicepFile.All
                     from statement in file.Statements
                     from call in statement.Value?.All().OfType<Call>() ?? []
                     where !Functions.Contains(call.Function)
                     select $"{file.Path}:{statement.Line}: {call.Function}");

    [Fact]
    public void ParamsAndVars_AreUsedAndDescribed()
    {
        Assert.Empty(from file in BicepFile.All
                     from statement in file.Statements
                     where statement.Kind is StatementKind.Param or StatementKind.Var
                     where !file.Statements.Any(other => other != statement && Names(other).Contains(statement.Name))
                     select $"{file.Path}:{statement.Line}: {statement.Name} is not used");
        Assert.Empty(from file in BicepFile.All
                     from statement in file.Params
                     where statement.Decorators.All(decorator => decorator.Function != "description")
                     select $"{file.Path}:{statement.Line}: {statement.Name} is not described");
    }

    [Fact]
    public void NamesInAFile_AreDeclaredOnce() =>
        Assert.Empty(from file in BicepFile.All
                     from twice in file.Statements.Where(statement => statement.Kind is not StatementKind.Output).GroupBy(statement => statement.Name)
                     where twice.Count() > 1
                     select $"{file.Path}: {twice.Key}");

    [Fact]
    public void Modules_AreGivenAllThatTheyNeedAndNothingElse()
    {
        var wrong = from file in BicepFile.All
                    from module in file.Modules
                    let given = ((ObjectNode)module.Body!["params"]!).Properties.Select(property => property.Name.Plain!).ToList()
                    let wanted = file.FileOf(module).Params.ToList()
                    from name in given.Except(wanted.Select(param => param.Name)).Concat(wanted.Where(param => param.Value is null).Select(param => param.Name).Except(given))
                    select $"{file.Path}:{module.Line}: {module.Name}: {name}";

        Assert.Empty(wrong);
        Assert.NotEmpty(BicepFile.Main.Modules);
    }

    [Fact]
    public void Modules_AreDeployedFromMainOnly()
    {
        var used = BicepFile.Main.Modules.Select(module => BicepFile.Main.Resolve(module.Type)).ToHashSet(StringComparer.Ordinal);

        Assert.Equal(BicepFile.All.Select(file => file.Path).Where(path => path != "infra/main.bicep"), used.Order(StringComparer.Ordinal));
        Assert.All(BicepFile.Main.Modules, module => Assert.Equal(new NameNode("group"), module.Body!["scope"]));
    }

    [Fact]
    public void OutputsOfModules_AreThereAndAreUsed()
    {
        var used = BicepFile.Main.Statements.SelectMany(statement => statement.Value?.All() ?? []).OfType<Member>()
            .Select(member => (Output: member.Name, Module: member.Target is Member { Name: "outputs", Target: var of } ? (of is Present present ? present.Target : of) as NameNode : null))
            .Where(use => use.Module is not null).Select(use => (File: BicepFile.Main.FileOf(BicepFile.Main.Find(use.Module!.Name)!), use.Output)).ToHashSet();

        Assert.NotEmpty(used);
        Assert.Empty(used.Where(use => use.File.Outputs.All(output => output.Name != use.Output)).Select(use => $"{use.File.Path} has no {use.Output}"));
        // Ids of the workbook and of the action group are for whoever reads the deployment.
        Assert.Equal(["infra/monitor/alerts.bicep actionGroupId", "infra/monitor/workbook.bicep id"],
            BicepFile.All.Where(file => file != BicepFile.Main).SelectMany(file => file.Outputs.Where(output => !used.Contains((file, output.Name))).Select(output => $"{file.Path} {output.Name}")));
    }

    [Fact]
    public void WhatIsMadeUnderACondition_IsReferredToUnderIt() =>
        Assert.Empty(from file in BicepFile.All
                     from made in file.Statements.Where(statement => statement.Condition is not null && statement.Kind is StatementKind.Module)
                     from other in file.Statements
                     from use in Uses(other.Value, [])
                     where use.Name == made.Name && !use.Under.Concat(other.Condition is { } condition ? [condition] : []).Contains(made.Condition!)
                     select $"{file.Path}:{other.Line}: {made.Name}");

    [Fact]
    public void FilesThatAreLoaded_AreThere() =>
        Assert.Empty(from file in BicepFile.All
                     from call in file.Statements.SelectMany(statement => statement.Value?.All().OfType<Call>() ?? [])
                     where call.Function == "loadTextContent"
                     let path = file.Resolve(((TextNode)call.Arguments[0]).Plain!)
                     where !Repository.Has(path)
                     select path);

    private static IEnumerable<string> Names(Statement statement) => (statement.Value?.All() ?? []).OfType<NameNode>().Select(node => node.Name);

    private static IEnumerable<string?> Loops(Statement statement) => (statement.Value?.All() ?? []).OfType<Loop>().SelectMany(loop => new[] { loop.Element, loop.Index });

    private static IEnumerable<(string Name, IReadOnlyList<Node> Under)> Uses(Node? node, IReadOnlyList<Node> under) => node switch
    {
        null => [],
        NameNode name => [(name.Name, under)],
        Choice choice => [.. Uses(choice.If, under), .. Uses(choice.Then, [.. under, choice.If]), .. Uses(choice.Else, under)],
        _ => node.Parts.SelectMany(part => Uses(part, under)),
    };
}
