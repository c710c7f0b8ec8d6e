using Xunit.Abstractions;
using Xunit.Sdk;

namespace Updraft.Conformance;

/// <summary>A test of a contract: skipped where what its adapter needs is not on the machine.</summary>
[XunitTestCaseDiscoverer("Updraft.Conformance.ContractFactDiscoverer", "Updraft.Conformance")]
[AttributeUsage(AttributeTargets.Method)]
public sealed class ContractFactAttribute : FactAttribute;

/// <inheritdoc cref="ContractFactAttribute"/>
[XunitTestCaseDiscoverer("Updraft.Conformance.ContractTheoryDiscoverer", "Updraft.Conformance")]
[AttributeUsage(AttributeTargets.Method)]
public sealed class ContractTheoryAttribute : TheoryAttribute;

/// <summary>The adapter whose tests these are needs Azurite.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class NeedsAzuriteAttribute : Attribute
{
    /// <summary>Whether tests of a class cannot be run here.</summary>
    internal static bool IsMissing(ITestMethod method) =>
        AzuriteServer.Missing is not null && method.TestClass.Class.GetCustomAttributes(typeof(NeedsAzuriteAttribute).AssemblyQualifiedName).Any();
}

public sealed class ContractFactDiscoverer(IMessageSink sink) : FactDiscoverer(sink)
{
    public override IEnumerable<IXunitTestCase> Discover(ITestFrameworkDiscoveryOptions discoveryOptions, ITestMethod testMethod, IAttributeInfo factAttribute) =>
        NeedsAzuriteAttribute.IsMissing(testMethod) ? [new WithoutAzurite(DiagnosticMessageSink, testMethod)] : base.Discover(discoveryOptions, testMethod, factAttribute);
}

public sealed class ContractTheoryDiscoverer(IMessageSink sink) : TheoryDiscoverer(sink)
{
    public override IEnumerable<IXunitTestCase> Discover(ITestFrameworkDiscoveryOptions discoveryOptions, ITestMethod testMethod, IAttributeInfo theoryAttribute) =>
        NeedsAzuriteAttribute.IsMissing(testMethod) ? [new WithoutAzurite(DiagnosticMessageSink, testMethod)] : base.Discover(discoveryOptions, testMethod, theoryAttribute);
}

/// <summary>A test that is skipped.</summary>
public sealed class WithoutAzurite : XunitTestCase
{
    // Test cases cross from the one that finds them to the one that runs them.
    [Obsolete("Called by xunit alone.")]
    public WithoutAzurite()
    {
    }

    public WithoutAzurite(IMessageSink sink, ITestMethod method)
        : base(sink, TestMethodDisplay.ClassAndMethod, TestMethodDisplayOptions.None, method)
    {
    }

    protected override string GetSkipReason(IAttributeInfo factAttribute) => AzuriteServer.Missing!;
}
