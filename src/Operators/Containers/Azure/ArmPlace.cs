using Updraft.Dags;

namespace Updraft.Operators;

/// <summary>Where a resource of Azure is, as fields and connection say together.</summary>
/// <param name="Client">Calls Azure Resource Manager.</param>
/// <param name="Group">Path of the resource group.</param>
/// <param name="Location">The region; null where none is given.</param>
internal sealed record ArmPlace(ServiceClient Client, string Group, string? Location)
{
    private static readonly Uri Public = new("https://management.azure.com");

    /// <summary>The place.</summary>
    /// <param name="context">The try.</param>
    /// <param name="name">Name of the connection.</param>
    /// <param name="subscription">Id of the subscription; null for the connection's option of that name.</param>
    /// <param name="resourceGroup">The resource group; null likewise.</param>
    /// <param name="location">The region; null likewise.</param>
    /// <param name="stop">Gives up.</param>
    public static async Task<ArmPlace> OfAsync(TaskContext context, string name, string? subscription, string? resourceGroup, string? location, CancellationToken stop)
    {
        var connection = await context.Connect(name, stop);
        // Other clouds have their own address, which is also what a token is for.
        var scope = (connection.Url ?? Public).GetLeftPart(UriPartial.Authority) + "/.default";
        var group = $"subscriptions/{Given("subscription", subscription)}/resourceGroups/{Given("resource_group", resourceGroup)}";
        return new ArmPlace(new ServiceClient(connection, Public, scope), group, location ?? connection.Options.GetValueOrDefault("location"));

        string Given(string field, string? value) => Uri.EscapeDataString(value ?? connection.Options.GetValueOrDefault(field)
            ?? throw new UpdraftException(OperatorErrors.Fields, $"no {field} is given: set the field, or the option of connection '{name}'"));
    }
}
