using Updraft.Operators;

return args is [PackageInspection.Command, var assembly, var result] ? PackageInspection.Run(assembly, result, Console.Error) : 0;
