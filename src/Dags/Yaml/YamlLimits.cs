namespace Updraft.Dags;

/// <summary>Bounds of YAML, so that no file can exhaust who reads it.</summary>
public static class YamlLimits
{
    /// <summary>Largest file, in bytes.</summary>
    public const int FileBytes = 1024 * 1024;

    /// <summary>Deepest nesting of lists and mappings.</summary>
    public const int Depth = 64;

    /// <summary>Values in one DAG, each alias counted with all that it stands for.</summary>
    public const int Nodes = 100_000;

    /// <summary>Aliases in one file.</summary>
    public const int Aliases = 1_000;

    /// <summary>Files that a DAG may be made of.</summary>
    public const int Files = 200;

    /// <summary>Files that include each other in a row.</summary>
    public const int Includes = 8;

    /// <summary>DAGs of one template.</summary>
    public const int Instances = 1_000;

    /// <summary>Problems after which reading stops looking for more.</summary>
    public const int Problems = 100;
}
