// The digits data, divided as the story needs it.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const FILE = fileURLToPath(new URL('../../../data/digits.csv', import.meta.url))

export const FEATURES = 64
export const CLASSES = 10

/** A small generator with a fixed seed (mulberry32), so that every run poisons the same rows. */
function generator(seed) {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Half of the labels moved to another class. */
function flipHalf(rows, seed) {
  const random = generator(seed)
  const order = rows.map((_, i) => i)
  for (let i = order.length - 1; i > 0; i -= 1) {
    const j = Math.floor(random() * (i + 1))
    ;[order[i], order[j]] = [order[j], order[i]]
  }
  const flipped = new Set(order.slice(0, Math.floor(rows.length / 2)))
  return rows.map((row, i) => {
    if (!flipped.has(i)) return row
    const cells = row.split(',')
    const label = Number(cells[FEATURES])
    cells[FEATURES] = String((label + 1 + Math.floor(random() * (CLASSES - 1))) % CLASSES)
    return cells.join(',')
  })
}

/** `{ parts, heldOut, images }`: four training parts (the last with half its labels flipped), the requester's held-out
 * set (rows with index % 5 = 4), and 100 of its images without labels. Each is CSV text with a header. */
export function digits() {
  const [header, ...rows] = readFileSync(FILE, 'utf8').trim().split(/\r?\n/)
  const csv = (lines, head = header) => `${[head, ...lines].join('\n')}\n`
  const residue = (r) => rows.filter((_, i) => i % 5 === r)
  const parts = [0, 1, 2, 3].map((part) => {
    const lines = part === 3 ? flipHalf(residue(3), 2026) : residue(part)
    return { csv: csv(lines), rows: lines.length, flipped: part === 3 }
  })
  const held = residue(4)
  const unlabelled = (line) => line.split(',').slice(0, FEATURES).join(',')
  return {
    parts,
    heldOut: { csv: csv(held), rows: held.length },
    images: { csv: csv(held.slice(0, 100).map(unlabelled), unlabelled(header)), rows: 100 },
    labels: held.slice(0, 100).map((line) => Number(line.split(',')[FEATURES])),
  }
}
