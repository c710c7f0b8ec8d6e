using Updraft.Infra.Tests.Facts;

namespace Updraft.Infra.Tests.Bicep;

/// <summary>Every access that the code needs is a role, and there is none besides.</summary>
public sealed class AccessTests
{
    private static readonly BicepFile Access = BicepFile.Named("infra/app/access.bicep");

    /// <summary>What the apps do, and the role for it.</summary>
    private static readonly (string Scope, string Role, string Why)[] Needed =
    [
        ("storage", "Storage Blob Data Owner", "documents and blobs (src/Azure), the app's package, leases and large messages of Durable Functions"),
        ("storage", "Storage Queue Data Contributor", "Durable Functions on Azure Storage"),
        ("storage", "Storage Table Data Contributor", "Durable Functions on Azure Storage"),
        ("messages", "Azure Service Bus Data Receiver", "the triggers of run requests and of events"),
        ("messages", "Azure Service Bus Data Sender", "putting messages off and sending them again"),
        ("vault", "Key Vault Secrets User", "secrets of connections (src/Operators/KeyVault)"),
        ("insights", "Monitoring Metrics Publisher", "telemetry, as local authentication is off"),
        ("scheduler", "Durable Task Data Contributor", "Durable Functions on the scheduler"),
    ];

    [Fact]
    public void Identity_HasTheRolesThatTheCodeNeedsAndNoOther() =>
        Assert.Equal(Needed.Select(need => (need.Scope, need.Role)).Order(), Assigned("identityPrincipalId").Order());

    [Fact]
    public void Nobody_ElseIsGivenARole() => Assert.All(Assignments, assignment => Assert.Equal(new NameNode("identityPrincipalId"), Principal(assignment)));

    [Fact]
    public void Assignments_AreNamedByWhatTheyAre() =>
        Assert.All(Assignments, assignment =>
        {
            var name = Assert.IsType<Call>(assignment.Body!["name"]);
            Assert.Equal(("guid", 3), (name.Function, name.Arguments.Count));
            Assert.Equal(new Member(assignment.Body!["scope"]!, "id"), name.Arguments[0]);
            Assert.Equal(Principal(assignment), name.Arguments[1]);
            Assert.Equal(RoleOf(assignment), name.Arguments[2]);
        });

    [Fact]
    public void SchedulersRole_IsGivenWhereThereIsOne() =>
        Assert.All(new[] { "scheduler", "schedulerAccess" }, name => Assert.Contains(new NameNode("schedulerName"), Access.Find(name)!.Condition!.All()));

    private static IEnumerable<Statement> Assignments => Access.Resources.Where(resource => resource.Type.StartsWith("Microsoft.Authorization/roleAssignments@", StringComparison.Ordinal));

    private static IEnumerable<(string Scope, string Role)> Assigned(string principal) =>
        from assignment in Assignments
        where Principal(assignment) is NameNode { Name: var name } && name == principal
        from role in RolesOf(assignment)
        select (((NameNode)assignment.Body!["scope"]!).Name, role);

    private static Node Principal(Statement assignment) => ((ObjectNode)assignment.Body!["properties"]!)["principalId"]!;

    private static Node RoleOf(Statement assignment)
    {
        var definition = Assert.IsType<Call>(((ObjectNode)assignment.Body!["properties"]!)["roleDefinitionId"]);
        Assert.Equal("Microsoft.Authorization/roleDefinitions", ((TextNode)definition.Arguments[0]).Plain);
        return definition.Arguments[1];
    }

    private static IEnumerable<string> RolesOf(Statement assignment)
    {
        var name = ((NameNode)RoleOf(assignment)).Name;
        var ids = assignment.Value is Loop { Element: var element, Source: NameNode source } && element == name ? ((ListNode)Access.Find(source.Name)!.Value!).Items.Cast<NameNode>().Select(role => role.Name) : [name];
        return ids.Select(id => Roles.ById[((TextNode)Access.Find(id)!.Value!).Plain!]);
    }
}
