using System.Text.Json;
using System.Text.RegularExpressions;

namespace Updraft.Infra.Tests.Bicep;

/// <summary><c>main.parameters.json</c> gives what <c>main.bicep</c> asks for, from values of azd's environment, with the same defaults.</summary>
public sealed partial class ParameterFileTests
{
    private static readonly Dictionary<string, string> Given = JsonDocument.Parse(Repository.Read("infra/main.parameters.json")).RootElement.GetProperty("parameters").EnumerateObject()
        .ToDictionary(parameter => parameter.Name, parameter => parameter.Value.GetProperty("value").GetString()!, StringComparer.Ordinal);

    [Fact]
    public void Parameters_AreThoseOfTheTemplate()
    {
        Assert.Empty(Given.Keys.Except(BicepFile.Main.Params.Select(param => param.Name)));
        // azd's values are texts, so that objects are written into the file by hand.
        Assert.Equal(BicepFile.Main.Params.Where(param => param.Type == "object").Select(param => param.Name), BicepFile.Main.Params.Select(param => param.Name).Except(Given.Keys));
    }

    [Fact]
    public void Defaults_AreThoseOfTheTemplate() =>
        Assert.All(Given, parameter =>
        {
            var value = Value().Match(parameter.Value);
            Assert.True(value.Success, parameter.Value);
            var wanted = BicepFile.Main.Find(parameter.Key)!.Value switch
            {
                null => null,
                Literal literal => literal.Value,
                TextNode text => text.Plain,
                Operation { Operator: "-", Operands: [Literal number] } => $"-{number.Value}",
                var other => throw new InvalidOperationException($"{parameter.Key}: {other}"),
            };
            Assert.Equal(wanted, value.Groups["default"].Success ? value.Groups["default"].Value : null);
        });

    [GeneratedRegex(@"^\$\{(?<name>[A-Z_]+)(=(?<default>[^}]*))?\}$")]
    private static partial Regex Value();
}
