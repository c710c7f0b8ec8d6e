'use strict';
// Runs task functions for Updraft, one after another, in one process.
//
// Requests come on file descriptor 4 and answers go to 3, each as JSON behind its length in four bytes, so that a function may do with its
// standard input and outputs what it likes. When the requests end, so does the process with all that it has started.

const fs = require('node:fs');
const Module = require('node:module');
const { Socket } = require('node:net');
const path = require('node:path');
const { pathToFileURL } = require('node:url');
const { Worker, isMainThread, parentPort } = require('node:worker_threads');

const nobody = new Int32Array(new SharedArrayBuffer(4));
const patiently = (act) => {
  for (;;) {
    try {
      return act();
    } catch (error) {
      if (error.code !== 'EAGAIN') throw error;
      Atomics.wait(nobody, 0, 0, 1);
    }
  }
};

// In a thread of its own, so that the end of the host is noticed while a function is at work. It never blocks, or the process could not exit.
function listen() {
  let held = [];
  let size = 0;
  let wanted = 4;
  const input = new Socket({ fd: 4, readable: true, writable: false });
  input.on('data', (content) => {
    held.push(content);
    size += content.length;
    while (size >= wanted) {
      const all = Buffer.concat(held);
      const end = 4 + all.readUInt32BE(0);
      if (size >= end) parentPort.postMessage(all.toString('utf8', 4, end));
      const rest = size >= end ? all.subarray(end) : all;
      [held, size] = [[rest], rest.length];
      wanted = size >= 4 ? 4 + rest.readUInt32BE(0) : 4;
    }
  });
  input.on('error', () => input.destroy());
  input.on('close', () => {
    try {
      process.kill(-process.pid, 'SIGKILL');
    } catch {
      process.kill(process.pid, 'SIGKILL');
    }
  });
}

function write(fd, content) {
  for (let written = 0; written < content.length; ) written += patiently(() => fs.writeSync(fd, content, written));
}

function answer(message) {
  const content = Buffer.from(JSON.stringify(message));
  const head = Buffer.alloc(4);
  head.writeUInt32BE(content.length, 0);
  write(3, Buffer.concat([head, content]));
}

class Skip extends Error {}
class Fail extends Error {}
class Missing extends Error {}

function main() {
  globalThis.updraft = { Skip, Fail };
  const environment = { ...process.env };
  const folder = process.cwd();
  const globals = new Set(Object.getOwnPropertyNames(globalThis));
  let loads = 0;
  let busy = 0;

  const load = async (task) => {
    if (task.file === null) {
      const module = new Module(path.join(folder, '<code>'), null);
      module.filename = module.id;
      module.paths = Module._nodeModulePaths(folder);
      module._compile(task.code, module.id);
      return module.exports;
    }
    if (task.file.endsWith('.mjs')) return await imported(task.file);
    try {
      return require(task.file);
    } catch (error) {
      if (error.code !== 'ERR_REQUIRE_ESM' && !(error instanceof SyntaxError && /import|export/.test(error.message))) throw error;
      return await imported(task.file);
    }
  };

  // A module that was imported stays; another name makes it load again.
  const imported = (file) => import(`${pathToFileURL(file)}?${++loads}`);

  const find = async (task) => {
    const exports = await load(task);
    const named = exports[task.function] ?? exports.default?.[task.function];
    const found = named ?? (task.function === 'main' ? [exports, exports.default].find((each) => typeof each === 'function') : undefined);
    if (typeof found !== 'function') throw new Missing(`${task.file === null ? 'the code' : path.basename(task.file)} exports no function '${task.function}'`);
    return found;
  };

  const attempt = async (task) => {
    let value;
    try {
      const found = await find(task);
      value = await (Array.isArray(task.args) ? found(...task.args) : task.args === null ? found() : found(task.args));
    } catch (error) {
      if (error instanceof Skip) return { kind: 'skip', message: error.message };
      if (error instanceof Fail) return { kind: 'fail', message: error.message };
      if (error instanceof Missing) return { kind: 'missing', message: error.message };
      console.error(error);
      return { kind: 'raised', message: error instanceof Error ? `${error.name}: ${error.message}` : `thrown: ${String(error)}` };
    }
    try {
      return { kind: 'done', value: JSON.parse(JSON.stringify(value ?? null)) };
    } catch (error) {
      return { kind: 'output', message: error.message };
    }
  };

  // Takes back what the task has changed. What cannot be taken back ends the process.
  const forget = (root) => {
    for (const name of Object.keys(process.env)) if (!(name in environment)) delete process.env[name];
    Object.assign(process.env, environment);
    process.chdir(folder);
    for (const name of Object.keys(require.cache)) {
      if (name.startsWith(root) && !name.includes(`${path.sep}node_modules${path.sep}`)) delete require.cache[name];
    }
    module.children.length = 0;
    for (const name of Object.getOwnPropertyNames(globalThis)) if (!globals.has(name)) delete globalThis[name];
    return process.getActiveResourcesInfo().length > busy;
  };

  new Worker(__filename).on('message', async (content) => {
    const task = JSON.parse(content);
    answer({ kind: 'began' });
    busy = process.getActiveResourcesInfo().length;
    Object.assign(process.env, task.env);
    const result = await attempt(task);
    await new Promise(setImmediate); // Files that it has read are closed in this turn.
    try {
      result.spent = forget(task.root);
      write(1, Buffer.from(task.mark));
    } catch {
      result.spent = true; // The task has closed its outputs, or broken something else that it shares with the next.
    }
    answer(result);
  });
}

if (isMainThread) main();
else listen();
