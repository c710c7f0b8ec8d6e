using Updraft.Dags;

namespace Updraft.Cli.Tests;

public sealed class LaneArgumentsTests
{
    [Fact]
    public void Read_Lanes_AreWorkersByName() => Assert.Equal([("fast", 8), ("slow", 1)], LaneArguments.Read(["slow=1", "fast=8"]).Select(lane => (lane.Key, lane.Value)));

    [Theory]
    [InlineData("fast")]
    [InlineData("=3")]
    [InlineData("fast=")]
    [InlineData("fast=0")]
    [InlineData("fast=-1")]
    [InlineData("fast=1=2")]
    [InlineData("fast=99999")]
    public void Read_WhatIsNoLane_IsRefused(string lane) => Assert.Equal(CliErrors.Lane, Assert.Throws<UpdraftException>(() => LaneArguments.Read([lane])).Code);

    [Fact]
    public void Read_LaneTwice_IsRefused() => Assert.Equal(CliErrors.Lane, Assert.Throws<UpdraftException>(() => LaneArguments.Read(["fast=1", "fast=2"])).Code);
}
