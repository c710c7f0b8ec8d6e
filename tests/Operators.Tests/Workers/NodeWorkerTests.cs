namespace Updraft.Operators.Tests;

public sealed class NodeWorkerTests : WorkerTests
{
    private protected override string Language => "node";

    private protected override string Ending => "js";

    private protected override string Add => "exports.add = async (a, b, day) => ({ sum: a + b, day });";

    private protected override string Counter => "exports.count = 0;";

    private protected override string Count => "const counter = require('./counter.js'); exports.main = () => [process.pid, ++counter.count];";

    private protected override string Pid => "module.exports = () => process.pid;";

    private protected override string Prints => "exports.main = (name) => { console.log('out ' + name); console.error('err ' + name); };";

    private protected override string Variables =>
        "exports.main = () => { const left = process.env.LEFT ?? ''; process.env.LEFT = 'x'; return { pid: process.pid, token: process.env.TOKEN ?? '', left, task: process.env.UPDRAFT_TASK, try: process.env.UPDRAFT_TRY }; };";

    private protected override string Raises => "exports.main = () => { throw new RangeError('no such table'); };";

    private protected override string Ends => "exports.main = (how) => { throw new updraft[how]('nothing to do'); };";

    private protected override string NoJson => "exports.main = () => { const a = {}; a.a = a; return a; };";

    private protected override string Exits => "exports.main = () => { console.log('going'); process.exit(3); };";

    private protected override string Grows => "exports.main = async () => { const all = []; for (;;) { all.push(Buffer.alloc(10 << 20, 1)); await new Promise((done) => setTimeout(done, 5)); } };";

    private protected override string Hangs =>
        "exports.main = async (busy) => { const child = require('child_process').spawn('sleep', ['600'], { stdio: 'ignore' }); console.log(process.pid + ' ' + child.pid); console.log('hanging'); if (busy) for (;;) ; await new Promise(() => {}); };";

    private protected override string LeavesAChild => "exports.main = () => require('child_process').spawn('sleep', ['600'], { stdio: 'ignore' }).pid;";

    private protected override string LeavesWork => "exports.main = () => { setInterval(() => {}, 1000); return process.pid; };";

    private protected override string Copies =>
        "exports.main = () => require('fs').copyFileSync(process.env.UPDRAFT_INPUTS + '/rows', process.env.UPDRAFT_SCRATCH + '/copy.json');";

    [InterpreterFact]
    public async Task Module_OfTheNewForm_IsLoadedAnewForEachTask()
    {
        await File.WriteAllTextAsync(Path.Combine(_attempts.Folder, "package", "files", "new.mjs"), "let n = 0; export const main = () => [process.pid, ++n];");

        var first = await OutputAsync(new { file = "new.mjs" });

        Assert.EndsWith(",1]", first, StringComparison.Ordinal);
        Assert.Equal(first, await OutputAsync(new { file = "new.mjs" }));
    }
}
