"""Runs task functions for Updraft, one after another, in one process.

Requests come on file descriptor 4 and answers go to 3, each as JSON behind its length in four bytes, so that a function may do with its
standard input and outputs what it likes. When the requests end, so does the process with all that it has started.
"""

import sys

sys.path.pop(0)  # The folder of this file is not the task's.

import asyncio
import inspect
import json
import linecache
import os
import queue
import signal
import struct
import threading
import traceback
import types

os.set_inheritable(3, False)
os.set_inheritable(4, False)
requests = os.fdopen(4, "rb")
tasks = queue.SimpleQueue()


class Skip(Exception):
    """Raised by a task to end itself as skipped."""


class Fail(Exception):
    """Raised by a task to fail without further retries."""


class Missing(Exception):
    """The function cannot be found."""


updraft = types.ModuleType("updraft")
updraft.Skip, updraft.Fail = Skip, Fail
sys.modules["updraft"] = updraft

environment = dict(os.environ)
folder = os.getcwd()
search_path = list(sys.path)


def listen():
    # In a thread of its own, so that the end of the host is noticed while a function is at work.
    while True:
        head = requests.read(4)
        if len(head) < 4:
            break
        tasks.put(requests.read(struct.unpack(">I", head)[0]))
    if os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os._exit(0)


def answer(message):
    content = json.dumps(message, allow_nan=False, ensure_ascii=False).encode("utf-8", "surrogatepass")
    content = struct.pack(">I", len(content)) + content
    while content:
        content = content[os.write(3, content):]


def load(task):
    if task["file"] is not None:
        file = task["file"]
        sys.path[:] = [os.path.dirname(file)] + search_path
        with open(file, "rb") as content:
            source = content.read()
    else:
        file, source = "<code>", task["code"]
        sys.path[:] = [folder] + search_path
        linecache.cache[file] = (len(source), None, source.splitlines(True), file)
    module = types.ModuleType("updraft_task")
    module.__file__ = file
    sys.modules["updraft_task"] = module
    exec(compile(source, file, "exec"), module.__dict__)
    function = getattr(module, task["function"], None)
    if not callable(function):
        raise Missing("%s has no function '%s'" % (os.path.basename(file), task["function"]))
    return function


def call(task):
    function, args = load(task), task["args"]
    if isinstance(args, dict):
        result = function(**args)
    elif isinstance(args, list):
        result = function(*args)
    elif args is None:
        result = function()
    else:
        result = function(args)
    if inspect.iscoroutine(result):
        result = asyncio.run(result)
    return result


def where(error):
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename != __file__]
    return " (%s, line %s)" % (os.path.basename(frames[-1].filename), frames[-1].lineno) if frames else ""


def attempt(task):
    try:
        value = call(task)
    except Skip as error:
        return {"kind": "skip", "message": str(error)}
    except Fail as error:
        return {"kind": "fail", "message": str(error)}
    except Missing as error:
        return {"kind": "missing", "message": str(error)}
    except SystemExit as error:
        if error.code in (None, 0):
            return {"kind": "done", "value": None}
        return {"kind": "raised", "message": "SystemExit: %s%s" % (error.code, where(error))}
    except BaseException as error:
        error.__traceback__ = error.__traceback__ and error.__traceback__.tb_next
        traceback.print_exc()
        return {"kind": "raised", "message": "%s: %s%s" % (type(error).__name__, error, where(error))}
    try:
        json.dumps(value, allow_nan=False)
    except (TypeError, ValueError) as error:
        return {"kind": "output", "message": str(error)}
    return {"kind": "done", "value": value}


def forget(root, known, threads):
    """Takes back what the task has changed. What cannot be taken back ends the process."""
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    sys.path[:] = search_path
    sys.path_importer_cache.clear()
    sys.stdin, sys.stdout, sys.stderr = sys.__stdin__, sys.__stdout__, sys.__stderr__
    for name, module in list(sys.modules.items()):
        # Of the task's own files nothing stays; what is installed stays, which is what the process is kept for.
        if name not in known and is_own(module, root):
            del sys.modules[name]
    return any(thread not in threads and thread.is_alive() for thread in threading.enumerate())


def is_own(module, root):
    places = [getattr(module, "__file__", None), *getattr(module, "__path__", [])]
    return any(isinstance(place, str) and (place == "<code>" or place.startswith(root) and "site-packages" not in place) for place in places)


threading.Thread(target=listen, daemon=True).start()
while True:
    task = json.loads(tasks.get())
    answer({"kind": "began"})
    known, threads = set(sys.modules), set(threading.enumerate())
    os.environ.update(task["env"])
    result = attempt(task)
    try:
        sys.stdout.flush()
        sys.stderr.flush()
        result["spent"] = forget(task["root"], known, threads)
        os.write(1, task["mark"].encode())
    except Exception:  # The task has closed its outputs, or broken something else that it shares with the next.
        result["spent"] = True
    answer(result)
