// Starts what the DAG reaches, and runs a command with connections to it:
//   node examples/warehouse/local.mjs dotnet run --project src/Cli -- run examples/warehouse
// Without a command it prints the connections, and serves until it is stopped.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Livy } from './livy.mjs'
import { startPostgres } from './postgres.mjs'
import { land } from './upstream.mjs'

const folder = mkdtempSync(path.join(tmpdir(), 'updraft-warehouse-'))
const lake = path.join(folder, 'lake')
const ds = new Date().toISOString().slice(0, 10) // The day of a run that is started by hand.

const own = process.env.UPDRAFT_CONNECTION_WAREHOUSE
const database = own ? { url: own, stop: () => {} } : await startPostgres(folder)
const livy = await new Livy(import.meta.dirname, { LAKE: lake }).start()
const hook = await startWebhook()
const connections = { UPDRAFT_CONNECTION_WAREHOUSE: database.url, UPDRAFT_CONNECTION_SPARK: livy.url, UPDRAFT_CONNECTION_OPS: hook.url }

let code = 0
const [command, ...args] = process.argv.slice(2)
const landed = land(database.url, lake, ds)
try {
  if (command) {
    code = await Promise.race([run(command, args), landed.then(() => new Promise(() => {}))])
  } else {
    for (const [name, value] of Object.entries(connections)) console.log(`export ${name}=${value}`)
    await Promise.race([stopped(), landed.then(stopped)])
  }
} catch (error) {
  console.error(error.stderr || error.message)
  code = 1
} finally {
  livy.stop()
  hook.stop()
  await database.stop()
  rmSync(folder, { recursive: true, force: true })
}
process.exit(code)

function run(command, args) {
  const child = spawn(command, args, { stdio: 'inherit', env: { ...process.env, ...connections } })
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal))
  return new Promise((resolve, reject) => child.on('error', reject).on('close', (exit, signal) => resolve(signal ? 130 : exit)))
}

function stopped() {
  return new Promise(resolve => ['SIGINT', 'SIGTERM'].forEach(signal => process.once(signal, resolve)))
}

function startWebhook() {
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const part of request) body += part
    console.error(`webhook: ${body}`)
    response.writeHead(204).end()
  })
  return new Promise(resolve => server.listen(0, '127.0.0.1', () => resolve({ url: `http://127.0.0.1:${server.address().port}/hook`, stop: () => server.close() })))
}
