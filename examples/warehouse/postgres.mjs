// A PostgreSQL server of this example alone, in a folder that goes with it.
import { execFileSync, spawn } from 'node:child_process'
import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync } from 'node:fs'
import { createServer } from 'node:net'
import path from 'node:path'

const debian = '/usr/lib/postgresql'

export async function startPostgres(folder) {
  const binaries = [...process.env.PATH.split(path.delimiter), ...(existsSync(debian) ? readdirSync(debian).sort().reverse().map(version => path.join(debian, version, 'bin')) : [])]
    .find(each => existsSync(path.join(each, 'initdb')) && existsSync(path.join(each, 'postgres')))
  if (!binaries) throw new Error('PostgreSQL is not installed (initdb and postgres): install it, as by apt install postgresql, or set UPDRAFT_CONNECTION_WAREHOUSE to a database of yours')

  const home = path.join(folder, 'postgres')
  mkdirSync(home)
  const as = { cwd: home, stdio: ['ignore', 'ignore', 'pipe'], ...owner() }
  if (as.uid !== undefined) {
    chmodSync(folder, 0o711)
    chownSync(home, as.uid, as.gid)
  }
  execFileSync(path.join(binaries, 'initdb'), ['-D', path.join(home, 'data'), '-U', 'updraft', '--auth=trust', '--no-sync', '-E', 'UTF8', '--locale=C'], as)
  const port = await freePort()
  const server = spawn(path.join(binaries, 'postgres'), ['-D', path.join(home, 'data'), '-h', '127.0.0.1', '-p', String(port), '-k', home, '-F'], as)
  await new Promise((resolve, reject) => {
    let said = ''
    server.stderr.setEncoding('utf8').on('data', text => (said += text).includes('ready to accept connections') && resolve())
    server.on('exit', () => reject(new Error(`PostgreSQL did not start: ${said}`)))
  })
  const ended = new Promise(resolve => server.on('exit', resolve))
  return { url: `postgresql://updraft@127.0.0.1:${port}/postgres`, stop: () => (server.kill('SIGINT'), ended) }
}

// PostgreSQL refuses to run as root.
function owner() {
  if (process.getuid?.() !== 0) return {}
  const id = which => Number(execFileSync('id', [which, 'postgres'], { encoding: 'utf8' }))
  return { uid: id('-u'), gid: id('-g') }
}

const freePort = () => new Promise(resolve => {
  const probe = createServer().listen(0, '127.0.0.1', () => {
    const { port } = probe.address()
    probe.close(() => resolve(port))
  })
})
