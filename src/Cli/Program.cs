using Updraft.Cli;
using Updraft.Operators;

return args is [PackageInspection.Command, var assembly, var result]
    ? PackageInspection.Run(assembly, result, Console.Error)
    : await new CommandLine(Terminal.OfProcess()).RunAsync(args);
