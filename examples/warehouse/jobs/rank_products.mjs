// What would be a Spark program: reads a day's orders from the lake, and leaves the best products there.
import { createReadStream } from 'node:fs'
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as wait } from 'node:timers/promises'
import { parseArgs } from 'node:util'

const { values } = parseArgs({ options: { ds: { type: 'string' }, top: { type: 'string', default: '10' } } })
const lake = process.env.LAKE
const partition = path.join(lake, 'raw', 'orders', `ds=${values.ds}`)
const say = text => console.log(`INFO rank_products: ${text}`)

say(`configured with ${process.env.SPARK_CONF}`)
const revenue = new Map()
let rows = 0
for (const file of (await readdir(partition)).filter(name => name.endsWith('.csv'))) {
  say(`reading ${file}`)
  let header
  for await (const line of createInterface({ input: createReadStream(path.join(partition, file)) })) {
    const cells = line.split(',')
    if (!header) {
      header = cells
      continue
    }
    const row = Object.fromEntries(header.map((name, i) => [name, cells[i]]))
    revenue.set(row.product, (revenue.get(row.product) ?? 0) + Number(row.amount))
    if (++rows % 1000 !== 0) continue
    say(`${rows} rows`)
    await wait(1500) // Slow on purpose, so that the log is seen to grow.
  }
}
if (rows === 0) throw new Error(`no orders in ${partition}`)

const best = [...revenue].sort((a, b) => b[1] - a[1]).slice(0, Number(values.top))
const target = path.join(lake, 'mart', 'top_products', `ds=${values.ds}`)
await mkdir(target, { recursive: true })
await writeFile(path.join(target, 'part-0.csv'), 'rank,product,revenue\n' + best.map(([product, sum], i) => `${i + 1},${product},${sum.toFixed(2)}\n`).join(''))
await writeFile(path.join(target, '_SUCCESS'), '')
say(`${rows} rows, ${revenue.size} products; the best is ${best[0][0]} with ${best[0][1].toFixed(2)}`)
say(`wrote ${target}`)
