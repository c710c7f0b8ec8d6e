using System.Net;

namespace Updraft.Operators.Tests;

/// <summary>CVE-2020-17513, server-side request forgery: what a request may not reach, whatever its name says.</summary>
public sealed class SafeAddressesTests
{
    [Theory]
    [InlineData("169.254.169.254", "link-local")]
    [InlineData("::ffff:169.254.169.254", "link-local")]
    [InlineData("fe80::1", "link-local")]
    [InlineData("168.63.129.16", "metadata")]
    [InlineData("fd00:ec2::254", "metadata")]
    [InlineData("0.0.0.0", "unspecified")]
    [InlineData("::", "unspecified")]
    [InlineData("224.0.0.1", "multicast")]
    [InlineData("10.0.0.1", null)]
    [InlineData("127.0.0.1", null)]
    [InlineData("20.50.2.1", null)]
    public void Refusal_WherePrivateIsAllowed_RefusesWhatIsNeverAService(string address, string? why) =>
        Assert.Equal(why, SafeAddresses.Refusal(IPAddress.Parse(address), refusePrivate: false));

    [Theory]
    [InlineData("10.1.2.3", "private")]
    [InlineData("172.31.0.1", "private")]
    [InlineData("192.168.1.1", "private")]
    [InlineData("fc00::1", "private")]
    [InlineData("127.0.0.2", "loopback")]
    [InlineData("::ffff:127.0.0.1", "loopback")]
    [InlineData("::1", "loopback")]
    [InlineData("172.32.0.1", null)]
    [InlineData("20.50.2.1", null)]
    public void Refusal_WherePrivateIsForbidden_RefusesItToo(string address, string? why) =>
        Assert.Equal(why, SafeAddresses.Refusal(IPAddress.Parse(address), refusePrivate: true));
}
