// The team upstream: its tables land in PostgreSQL and in the lake some seconds after the start, orders last.
import { execFile } from 'node:child_process'
import { mkdir, rename, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { promisify } from 'node:util'

const regions = ['north', 'east', 'south', 'west']
const products = ['apple', 'bread', 'cheese', 'dates', 'eggs', 'flour', 'grapes', 'honey']
const tables = 'create schema if not exists raw; create table if not exists raw.customers (ds date, id int, region text); create table if not exists raw.orders (ds date, id int, customer int, product text, amount numeric)'

export async function land(database, lake, ds) {
  await sql(database, tables)
  await wait(2000)
  await table(database, lake, ds, 'customers', ['id', 'region'], 200, id => [id, regions[id % regions.length]])
  await wait(2000)
  const random = randomOf(7)
  await table(database, lake, ds, 'orders', ['id', 'customer', 'product', 'amount'], 4000, id => [id, random(200), products[random(products.length)], (1 + random(9000) / 100).toFixed(2)])
}

async function table(database, lake, ds, name, columns, count, row) {
  const folder = path.join(lake, 'raw', name, `ds=${ds}`)
  const rows = Array.from({ length: count }, (_, id) => [ds, ...row(id)].join(','))
  const file = path.join(folder, 'part-0.csv')
  await mkdir(folder, { recursive: true })
  await writeFile(file + '.tmp', [['ds', ...columns].join(','), ...rows, ''].join('\n'))
  await rename(file + '.tmp', file)
  await sql(database, `delete from raw.${name} where ds = '${ds}'`, `\\copy raw.${name} from '${file}' csv header`)
  console.error(`upstream: ${name} of ${ds} have landed, ${count} rows`)
}

// The same orders each time.
function randomOf(seed) {
  return below => {
    seed = (seed + 0x6d2b79f5) | 0
    const mixed = Math.imul(seed ^ (seed >>> 15), seed | 1)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

const sql = (database, ...commands) => promisify(execFile)('psql', [database, '-qX', '-1', '-v', 'ON_ERROR_STOP=1', ...commands.flatMap(command => ['-c', command])])
