using System.ComponentModel;

namespace Updraft.Operators;

/// <summary>Calls a function in JavaScript.</summary>
[Operator("node", Needs = ["process"])]
[Description("Calls a JavaScript function with arguments, in a Node.js process that stays for further tasks; what it returns is the output.")]
public sealed class NodeOperator : ScriptOperator<NodeFields>
{
    /// <summary>Creates the operator.</summary>
    public NodeOperator()
        : this(WorkerPool.OfProcess)
    {
    }

    internal NodeOperator(WorkerPool workers)
        : base(ScriptLanguage.Node, workers)
    {
    }

    private protected override string? VenvOf(NodeFields fields) => null;
}
