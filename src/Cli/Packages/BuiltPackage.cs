using Updraft.Operators;

namespace Updraft.Cli;

/// <summary>A package that lies in the data folder.</summary>
/// <param name="Hash">Its name.</param>
/// <param name="Description">What it holds: DAGs written in C#, manifests of the author's operators.</param>
public sealed record BuiltPackage(string Hash, PackageDescription Description);
