// A stand-in for Apache Livy: its batches, as far as Updraft uses them. It has no Spark: a batch is a process of this machine that
// runs a file of this folder, named local:/PATH, with node (.mjs) or python3 (.py); its output is the driver's log.
import { spawn } from 'node:child_process'
import { createServer } from 'node:http'
import path from 'node:path'

const keptLines = 200 // As many as Livy keeps unless configured.
const interpreters = { '.mjs': process.execPath, '.py': 'python3' }

class Refused extends Error {}

export class Livy {
  #batches = new Map()
  #next = 0

  constructor(root, environment = {}) {
    this.root = path.resolve(root)
    this.environment = environment
  }

  start(port = 0) {
    const server = createServer((request, response) => this.#serve(request, response))
    return new Promise(resolve => server.listen(port, '127.0.0.1', () => resolve({ url: `http://127.0.0.1:${server.address().port}`, stop: () => this.#stop(server) })))
  }

  #stop(server) {
    for (const batch of this.#batches.values()) batch.process?.kill('SIGKILL')
    server.close()
  }

  async #serve(request, response) {
    const answer = (status, body) => response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    try {
      let text = ''
      for await (const part of request) text += part
      const { pathname, searchParams } = new URL(request.url, 'http://livy')
      const [, list, id, part] = pathname.split('/')
      if (list !== 'batches') return answer(404, { msg: 'not found' })
      const number = (name, fallback) => (searchParams.has(name) ? Number(searchParams.get(name)) : fallback)
      if (id === undefined) {
        if (request.method === 'POST') return answer(201, view(this.#create(JSON.parse(text))))
        const [from, all] = [number('from', 0), [...this.#batches.values()]]
        return answer(200, { from, total: all.length, sessions: all.slice(from, from + number('size', 100)).map(view) })
      }
      const batch = this.#batches.get(id)
      if (!batch) return answer(404, { msg: `Session '${id}' not found.` })
      if (request.method === 'DELETE') {
        batch.process?.kill('SIGKILL')
        this.#batches.delete(id)
        return answer(200, { msg: 'deleted' })
      }
      if (part === 'state') return answer(200, { id: batch.id, state: batch.state })
      if (part === 'log') {
        const [lines, size] = [logOf(batch), number('size', 100)]
        const from = number('from', Math.max(0, lines.length - size))
        return answer(200, { id: batch.id, from, total: lines.length, log: lines.slice(from, from + size) })
      }
      answer(200, view(batch))
    } catch (error) {
      answer(error instanceof Refused || error instanceof SyntaxError ? 400 : 500, { msg: error.message })
    }
  }

  #create({ name, file, args = [], conf = {} }) {
    if (!file) throw new Refused('requirement failed: File is required.')
    if (name && [...this.#batches.values()].some(batch => batch.name === name)) throw new Refused(`requirement failed: Duplicate session name: Some(${name})`)
    const program = path.join(this.root, file.replace(/^local:\/*/, ''))
    const interpreter = interpreters[path.extname(program)]
    if (!file.startsWith('local:') || !program.startsWith(this.root + path.sep) || !interpreter) throw new Refused(`${file} is no local:/….mjs or local:/….py of ${this.root}`)

    const batch = { id: this.#next++, name, state: 'starting', appId: null, lines: [], process: null }
    this.#batches.set(String(batch.id), batch)
    const write = line => {
      batch.lines.push(line)
      if (batch.lines.length > keptLines) batch.lines.shift()
    }
    write(`stand-in for spark-submit: ${interpreter} ${file} ${args.join(' ')}`)
    const child = spawn(interpreter, [program, ...args], { env: { ...process.env, ...this.environment, SPARK_CONF: JSON.stringify(conf) }, stdio: ['ignore', 'pipe', 'pipe'] })
    batch.process = child
    for (const stream of [child.stdout, child.stderr]) followLines(stream, write)
    child.on('spawn', () => Object.assign(batch, { state: 'running', appId: `local-${child.pid}` }))
    child.on('error', error => (write(`Error: ${error.message}`), (batch.state = 'dead')))
    child.on('close', (code, signal) => (batch.state = signal ? 'killed' : code === 0 ? 'success' : 'dead'))
    return batch
  }
}

const logOf = batch => ['stdout: ', ...batch.lines, '\nstderr: ']

const view = batch => ({ id: batch.id, name: batch.name, state: batch.state, appId: batch.appId, appInfo: { driverLogUrl: null, sparkUiUrl: null }, log: logOf(batch).slice(-10) })

function followLines(stream, write) {
  let rest = ''
  stream.setEncoding('utf8').on('data', text => {
    const lines = (rest + text).split('\n')
    rest = lines.pop()
    lines.forEach(write)
  })
  stream.on('end', () => rest && write(rest))
}
