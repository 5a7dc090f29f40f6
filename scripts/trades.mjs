// Prints the table of trades.sh out of what the bencher wrote, and fails where a trade takes more than it may.
import { readFileSync } from 'node:fs'

// 120 µs on a machine where a swap takes 80. On another both take longer or less.
const MOST = { swaps: 120 / 80, reads: 5, writes: 5 }
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
const trades = TRADES.map((name) => {
  const trade = measured('pallet_curves', name)
  return [`curves.${name}`, { ...trade, swaps: trade.time / swap.time }]
})
console.log('| call | µs | of a swap | reads | writes |\n|---|---:|---:|---:|---:|')
for (const [name, { time, swaps, reads, writes }] of [...trades, [`assetConversion.${SWAP}`, { ...swap, swaps: 1 }]]) {
  console.log(`| ${name} | ${time.toFixed(1)} | ${swaps.toFixed(2)} | ${reads} | ${writes} |`)
}
const beyond = trades.filter(([, trade]) => Object.keys(MOST).some((key) => trade[key] > MOST[key]))
if (beyond.length > 0) {
  console.error(`trades: beyond ${MOST.swaps} swaps, ${MOST.reads} reads, ${MOST.writes} writes: ${beyond.map(([name]) => name).join(', ')}`)
  process.exit(1)
}
