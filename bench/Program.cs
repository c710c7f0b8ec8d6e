using Updraft.Bench;

var names = args.Where(arg => !arg.StartsWith("--", StringComparison.Ordinal)).ToArray();
string[] known = [.. Scenes.All.Select(scene => scene.Name), Purging.Name, Warming.Name, Waiting.Name, History.Name, Serving.Name, Storing.Name];
var unknown = names.Except(known).ToArray();
if (unknown.Length > 0 || args.Any(arg => arg.StartsWith("--", StringComparison.Ordinal) && !arg.StartsWith("--runs=", StringComparison.Ordinal) && !arg.StartsWith("--stored=", StringComparison.Ordinal)))
{
    Console.Error.WriteLine($"usage: bench [--runs=N] [--stored=N] [scene…]; scenes: {string.Join(", ", known)}");
    return 2;
}
var stored = args.FirstOrDefault(arg => arg.StartsWith("--stored=", StringComparison.Ordinal));
var option = args.FirstOrDefault(arg => arg.StartsWith("--runs=", StringComparison.Ordinal));
var runs = option is null ? 5 : int.Parse(option["--runs=".Length..], System.Globalization.CultureInfo.InvariantCulture);
await Bench.RunAsync(Scenes.All.Where(scene => names.Length == 0 || names.Contains(scene.Name)), runs);
if (names.Length == 0 || names.Contains(Purging.Name)) await Purging.RunAsync();
if (names.Length == 0 || names.Contains(Warming.Name)) await Warming.RunAsync(runs);
if (names.Length == 0 || names.Contains(Waiting.Name)) await Waiting.RunAsync();
var history = stored is null ? 100_000 : int.Parse(stored["--stored=".Length..], System.Globalization.CultureInfo.InvariantCulture);
if (names.Length == 0 || names.Contains(History.Name)) await History.RunAsync(history);
if (names.Length == 0 || names.Contains(Serving.Name)) await Serving.RunAsync(history);
if (names.Length == 0 || names.Contains(Storing.Name)) await Storing.RunAsync();
return 0;
