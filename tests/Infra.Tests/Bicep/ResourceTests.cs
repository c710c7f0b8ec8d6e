using Updraft.Infra.Tests.Facts;

namespace Updraft.Infra.Tests.Bicep;

/// <summary>Types, versions and properties are those that are known, and what must be set for safety is set.</summary>
public sealed class ResourceTests
{
    private static IEnumerable<(BicepFile File, Statement Resource)> Resources => BicepFile.All.SelectMany(file => file.Resources.Select(resource => (file, resource)));

    [Fact]
    public void Types_AreKnownInTheirVersion() => Assert.Empty(Resources.Where(each => !ResourceTypes.Has(each.Resource.Type)).Select(each => $"{each.File.Path}:{each.Resource.Line}: {each.Resource.Type}"));

    [Fact]
    public void Properties_AreThoseOfTheType() =>
        Assert.Empty(from each in Resources
                     where !each.Resource.IsExisting
                     from property in Properties.Of(each.Resource.Body!)
                     where !ResourceTypes.Allows(each.Resource.Type, property.Path)
                     select $"{each.File.Path}:{each.Resource.Line}: {each.Resource.Type}: {property.Path}");

    [Fact]
    public void Resources_HaveNamesAndWhereTheyCanTags()
    {
        Assert.All(Resources, each => Assert.NotNull(each.Resource.Body!["name"]));
        Assert.Empty(Resources.Where(each => each.Resource.Body!["location"] is not null && each.Resource.Body!["tags"] is null).Select(each => $"{each.File.Path}: {each.Resource.Name}"));
    }

    [Theory]
    [InlineData("Microsoft.Storage/storageAccounts", "properties.allowSharedKeyAccess", "false")]
    [InlineData("Microsoft.Storage/storageAccounts", "properties.allowBlobPublicAccess", "false")]
    [InlineData("Microsoft.Storage/storageAccounts", "properties.supportsHttpsTrafficOnly", "true")]
    [InlineData("Microsoft.Storage/storageAccounts", "properties.minimumTlsVersion", "TLS1_2")]
    [InlineData("Microsoft.ServiceBus/namespaces", "properties.disableLocalAuth", "true")]
    [InlineData("Microsoft.ServiceBus/namespaces/queues", "properties.requiresDuplicateDetection", "true")]
    [InlineData("Microsoft.ServiceBus/namespaces/queues", "properties.deadLetteringOnMessageExpiration", "true")]
    [InlineData("Microsoft.ServiceBus/namespaces/topics/subscriptions", "properties.requiresSession", "true")]
    [InlineData("Microsoft.KeyVault/vaults", "properties.enableRbacAuthorization", "true")]
    [InlineData("Microsoft.KeyVault/vaults", "properties.enablePurgeProtection", "true")]
    [InlineData("Microsoft.Insights/components", "properties.DisableLocalAuth", "true")]
    [InlineData("Microsoft.Web/sites", "properties.httpsOnly", "true")]
    [InlineData("Microsoft.Web/sites", "identity.type", "UserAssigned")]
    [InlineData("Microsoft.Web/sites", "properties.functionAppConfig.runtime.name", "dotnet-isolated")]
    [InlineData("Microsoft.Web/sites", "properties.functionAppConfig.deployment.storage.authentication.type", "UserAssignedIdentity")]
    [InlineData("Microsoft.Web/serverfarms", "sku.name", "FC1")]
    [InlineData("Microsoft.Web/serverfarms", "properties.reserved", "true")]
    public void Setting_OfEachSuchResource_IsSafe(string type, string path, string value)
    {
        var made = Resources.Where(each => !each.Resource.IsExisting && each.Resource.Type.Split('@')[0] == type).ToList();

        Assert.NotEmpty(made);
        Assert.All(made, each => Assert.Equal(value, Properties.Of(each.Resource.Body!).Single(property => property.Path == path).Value switch { Literal literal => literal.Value, TextNode text => text.Plain, _ => null }));
    }

    [Fact]
    public void NoKey_IsEverAsked()
    {
        var nodes = BicepFile.All.SelectMany(file => file.Statements.SelectMany(statement => statement.Value?.All() ?? [])).ToList();

        Assert.DoesNotContain(nodes.OfType<Call>(), call => call.Function.StartsWith("list", StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain(nodes.OfType<Member>(), member => member.Name.Contains("key", StringComparison.OrdinalIgnoreCase) || member.Name.Contains("secret", StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain(BicepFile.All.SelectMany(file => file.Params), param => param.Decorators.Any(decorator => decorator.Function == "secure"));
    }

    [Fact]
    public void Outputs_OfTheDeploymentHoldNoSecret() =>
        Assert.Empty(BicepFile.Main.Outputs.Where(output => output.Value!.All().OfType<Member>().Any(member => member.Name.Contains("connection", StringComparison.OrdinalIgnoreCase))).Select(output => output.Name));

    [Fact]
    public void LifecycleRules_NeverTouchDocumentsPackagesOrTaskHubs()
    {
        var policy = BicepFile.Named("infra/app/storage.bicep").Find("lifecycle")!;
        var prefixes = Properties.Of(policy.Body!).Where(property => property.Path.EndsWith(".prefixMatch", StringComparison.Ordinal)).ToList();
        var rules = ((ListNode)((ObjectNode)((ObjectNode)policy.Body!["properties"]!)["policy"]!)["rules"]!).Items;

        // A rule without prefixes is about everything.
        Assert.Equal(rules.Count, prefixes.Count);
        Assert.All(prefixes.SelectMany(each => ((ListNode)each.Value).Items).Cast<TextNode>(), prefix => Assert.Contains(
            string.Concat(prefix.Pieces.Select(piece => piece as string ?? "updraft")), Removable));
    }

    [Fact]
    public void Blobs_AreKeptInOneVersion() =>
        // Documents are written again all the time: versions, or deleted ones that are kept, would cost more than all else.
        Assert.Equal("false", ((Literal)Properties.Of(BicepFile.Named("infra/app/storage.bicep").Find("blobs")!.Body!).Single(property => property.Path == "properties.isVersioningEnabled").Value).Value);

    private static readonly string[] Removable = ["updraft/blobs/logs/", "updraft/blobs/outputs/", "updraft/blobs/files/", "durabletask-payloads/"];
}
