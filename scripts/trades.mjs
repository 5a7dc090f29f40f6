// Prints the table of trades.sh out of what the bencher wrote, and fails where a trade takes more than it may.
import { readFileSync } from 'node:fs'

const MOST = { time: 120, reads: 5, writes: 5 }
const TRADES = ['buy', 'spend', 'sell']
const SWAP = 'swap_exact_tokens_for_tokens'

const results = JSON.parse(readFileSync(process.argv[2], 'utf8'))

/** The median time of a benchmark in microseconds, and the most that it reads and writes. */
function measured(pallet, benchmark) {
  const found = results.find((batch) => batch.pallet === pallet && batch.benchmark === benchmark)
  if (!found) throw new Error(`${pallet}.${benchmark} was not measured`)
  const times = found.time_results.map(({ extrinsic_time: time }) => time).sort((a, b) => a - b)
  const most = (key) => Math.max(...found.db_results.map((result) => result[key]))
  return { time: times[times.length >> 1] / 1000, reads: most('reads'), writes: most('writes') }
}

const swap = measured('pallet_asset_conversion', SWAP)
const trades = TRADES.map((name) => [`curves.${name}`, measured('pallet_curves', name)])
console.log('| call | µs | of a swap | reads | writes |\n|---|---:|---:|---:|---:|')
for (const [name, { time, reads, writes }] of [...trades, [`assetConversion.${SWAP}`, swap]]) {
  console.log(`| ${name} | ${time.toFixed(1)} | ${(time / swap.time).toFixed(2)} | ${reads} | ${writes} |`)
}
const beyond = trades.filter(([, trade]) => Object.keys(MOST).some((key) => trade[key] > MOST[key]))
if (beyond.length > 0) {
  console.error(`trades: beyond ${MOST.time} µs, ${MOST.reads} reads, ${MOST.writes} writes: ${beyond.map(([name]) => name).join(', ')}`)
  process.exit(1)
}
