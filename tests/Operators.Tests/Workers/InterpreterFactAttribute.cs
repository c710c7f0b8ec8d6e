using Xunit.Abstractions;
using Xunit.Sdk;

namespace Updraft.Operators.Tests;

/// <summary>A test of a class whose name begins with that of an interpreter; skipped, with a line that says so, where there is no Python.</summary>
[XunitTestCaseDiscoverer("Updraft.Operators.Tests.InterpreterFactDiscoverer", "Updraft.Operators.Tests")]
[AttributeUsage(AttributeTargets.Method)]
public sealed class InterpreterFactAttribute : FactAttribute;

public sealed class InterpreterFactDiscoverer(IMessageSink messages) : IXunitTestCaseDiscoverer
{
    public IEnumerable<IXunitTestCase> Discover(ITestFrameworkDiscoveryOptions discoveryOptions, ITestMethod testMethod, IAttributeInfo factAttribute)
    {
        var display = discoveryOptions.MethodDisplayOrDefault();
        var options = discoveryOptions.MethodDisplayOptionsOrDefault();
        yield return testMethod.TestClass.Class.Name.Contains(".Python", StringComparison.Ordinal) && !Programs.Has("python3")
            ? new WithoutPython(messages, display, options, testMethod)
            : new XunitTestCase(messages, display, options, testMethod);
    }
}

public sealed class WithoutPython : XunitTestCase
{
    [Obsolete("For the test framework.")]
    public WithoutPython()
    {
    }

    public WithoutPython(IMessageSink messages, TestMethodDisplay display, TestMethodDisplayOptions options, ITestMethod method)
        : base(messages, display, options, method)
    {
    }

    protected override string GetSkipReason(IAttributeInfo factAttribute) => "there is no python3: install it";
}
