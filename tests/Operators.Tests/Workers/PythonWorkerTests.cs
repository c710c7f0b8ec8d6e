namespace Updraft.Operators.Tests;

public sealed class PythonWorkerTests : WorkerTests
{
    private protected override string Language => "python";

    private protected override string Ending => "py";

    private protected override string Add => "def add(a, b, day):\n    return {'sum': a + b, 'day': day}\n";

    private protected override string Counter => "count = 0\n";

    private protected override string Count => "import os, counter\ndef main():\n    counter.count += 1\n    return [os.getpid(), counter.count]\n";

    private protected override string Pid => "import os\nasync def main():\n    return os.getpid()\n";

    private protected override string Prints => "import sys\ndef main(name):\n    print('out', name)\n    print('err', name, file=sys.stderr)\n";

    private protected override string Variables =>
        "import os\ndef main():\n    left = os.environ.get('LEFT', '')\n    os.environ['LEFT'] = 'x'\n    get = os.environ.get\n    return {'pid': os.getpid(), 'token': get('TOKEN', ''), 'left': left, 'task': get('UPDRAFT_TASK'), 'try': get('UPDRAFT_TRY')}\n";

    private protected override string Raises => "def main():\n    raise ValueError('no such table')\n";

    private protected override string Ends => "import updraft\ndef main(how):\n    raise getattr(updraft, how)('nothing to do')\n";

    private protected override string NoJson => "def main():\n    return object()\n";

    private protected override string Exits => "import os\ndef main():\n    print('going')\n    os._exit(3)\n";

    private protected override string Grows => "import time\ndef main():\n    all = []\n    while True:\n        all.append(bytearray(b'x') * (10 << 20))\n        time.sleep(0.005)\n";

    private protected override string Hangs =>
        "import os, subprocess, time\ndef main(busy):\n    child = subprocess.Popen(['sleep', '600'])\n    print(os.getpid(), child.pid)\n    print('hanging')\n    while busy:\n        pass\n    time.sleep(600)\n";

    private protected override string LeavesAChild => "import subprocess\ndef main():\n    return subprocess.Popen(['sleep', '600']).pid\n";

    private protected override string LeavesWork => "import os, threading, time\ndef main():\n    threading.Thread(target=time.sleep, args=(600,), daemon=True).start()\n    return os.getpid()\n";

    private protected override string Copies => "import os, shutil\ndef main():\n    shutil.copy(os.environ['UPDRAFT_INPUTS'] + '/rows', os.environ['UPDRAFT_SCRATCH'] + '/copy.json')\n";

    [InterpreterFact]
    public async Task Arguments_OfAnObject_GoByName()
    {
        Assert.Equal("[1,2]", await OutputAsync(new { code = "def main(a, b=2):\n    return [a, b]\n", args = new { a = 1 } }));
    }

    [InterpreterFact]
    public async Task Error_SaysWhere()
    {
        Write("load", "def main():\n    value = {}\n    return value['rows']\n");

        Assert.Equal("KeyError: 'rows' (load.py, line 3)", (await RunAsync("t", new { file = "load.py" })).Reason);
    }

    [InterpreterFact]
    public async Task Interpreter_ThatCannotStartAWorker_SaysWhatItSaid()
    {
        var result = await RunAsync("t", new { code = Pid, interpreter = "/bin/false" });

        Assert.Equal((Orchestration.AttemptOutcome.Failed, OperatorErrors.ProcessStart), (result.Outcome, result.Code));
        Assert.Equal("the worker could not start: exit code 1", result.Reason);
    }
}
