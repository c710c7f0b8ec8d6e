using System.ComponentModel;

namespace Updraft.Operators;

/// <summary>Calls a function in Python.</summary>
[Operator("python", Needs = ["process"])]
[Description("Calls a Python function with arguments, in a process that stays for further tasks; what it returns is the output.")]
public sealed class PythonOperator : ScriptOperator<PythonFields>
{
    /// <summary>Creates the operator.</summary>
    public PythonOperator()
        : this(WorkerPool.OfProcess)
    {
    }

    internal PythonOperator(WorkerPool workers)
        : base(ScriptLanguage.Python, workers)
    {
    }

    private protected override string? VenvOf(PythonFields fields) => fields.Venv;
}
