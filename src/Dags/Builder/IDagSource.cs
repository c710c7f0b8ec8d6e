namespace Updraft.Dags;

/// <summary>How an assembly offers a DAG: a public class with a constructor without parameters.</summary>
public interface IDagSource
{
    /// <summary>The DAG. Called once per load; must yield the same DAG each time.</summary>
    DagSpec Define();
}
