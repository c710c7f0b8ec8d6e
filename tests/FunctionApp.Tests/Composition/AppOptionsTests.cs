using Microsoft.Extensions.Configuration;
using Updraft.Dags;

namespace Updraft.FunctionApp.Tests;

public sealed class AppOptionsTests
{
    private const string Hash = "0123456789ab:00000000000000000000000000000000000000000000000000000000000000ff";

    [Fact]
    public void Read_OfTheSample_HasTheDefaults()
    {
        var options = SampleSettings.Read();

        Assert.Equal(("updraft", "default", true, false), (options.Container, options.Lane, options.LooksAfterAll, options.PlatformSignIn));
        Assert.Equal(["default"], options.Lanes);
        Assert.Equal(256, options.PackageCache);
        Assert.Null(options.AdminKey);
        Assert.Null(options.Monitor);
    }

    [Fact]
    public void Read_WithoutAnySetting_NamesAllThatAreMissing()
    {
        var refusal = Assert.Throws<UpdraftException>(() => AppOptions.Read(new ConfigurationBuilder().Build()));

        Assert.Equal(FunctionAppErrors.Setting, refusal.Code);
        Assert.All(AppSettings.Required, name => Assert.Contains($"{name} is missing", refusal.Message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(AppSettings.Lane, "slow", "give one of default, fast")]
    [InlineData(AppSettings.PlatformSignIn, "yes", "give true or false")]
    [InlineData(AppSettings.PlatformSignIn, "true", "WEBSITE_AUTH_ENABLED is not True")]
    [InlineData(AppSettings.DefaultTaskHub, "up-draft", "3 to 45 letters and digits")]
    [InlineData(AppSettings.TaskHub, "another", "its work would go where nobody does it")]
    [InlineData(AppSettings.AdminKeyHash, "upd_secret", "ID:HASH")]
    [InlineData(AppSettings.Retention, "{\"runs\": 1}", "a policy of retention as JSON")]
    [InlineData(AppSettings.Prices, "nothing", "prices as JSON")]
    [InlineData(AppSettings.PackageCache, "-1", "give a whole number, 0 or more")]
    public void Read_OfAWrongSetting_NamesItAndSaysWhatToGive(string name, string value, string says)
    {
        var refusal = Assert.Throws<UpdraftException>(() => SampleSettings.Read((name, value)));

        Assert.Contains($"{name} ", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(says, refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("upd_secret", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_OfANamespace_NeedsNoConnectionString()
    {
        var options = SampleSettings.Read((AppSettings.ServiceBus, null), (AppSettings.ServiceBusNamespace, "name.servicebus.windows.net"));

        Assert.Equal((null, "name.servicebus.windows.net"), (options.ServiceBusConnection, options.ServiceBusNamespace));
    }

    [Fact]
    public void Read_OfTheFastLanesApp_LeavesTheUpkeepToTheOther()
    {
        var options = SampleSettings.Read((AppSettings.Lane, "fast"), (AppSettings.FastTaskHub, "updraftfast"), (AppSettings.TaskHub, "updraftfast"));

        Assert.False(options.LooksAfterAll);
        Assert.Equal(["default", "fast"], options.Lanes);
        Assert.NotEqual(AppFolder.Path(options), AppFolder.Path(SampleSettings.Read()));
    }

    [Fact]
    public void Read_OfAllSettings_ReadsThem()
    {
        var options = SampleSettings.Read((AppSettings.AdminKeyHash, Hash), (AppSettings.PlatformSignIn, "true"), (AppSettings.PlatformSignInIsOn, "True"), (AppSettings.Retention, "{\"runs\": \"30d\"}"),
            (AppSettings.Monitor, "InstrumentationKey=0"), (AppSettings.MonitorSignIn, "ClientId=1;Authorization=AAD"), ("OTEL_SERVICE_NAME", "mine"));

        Assert.Equal(("0123456789ab", true, TimeSpan.FromDays(30), true), (options.AdminKey!.Id, options.PlatformSignIn, options.Retention.Runs, options.MonitorByIdentity));
        Assert.Equal("mine", Assert.Single(options.Otlp).Value);
    }
}
