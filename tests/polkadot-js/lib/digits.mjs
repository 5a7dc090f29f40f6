// The digits data, divided as the story needs it.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const FILE = fileURLToPath(new URL('../../../data/digits.csv', import.meta.url))

export const FEATURES = 64
export const CLASSES = 10

/** Every other label moved to another class, by a step that goes through all of them. */
function flipHalf(rows) {
  return rows.map((row, i) => {
    if (i % 2 === 1) return row
    const cells = row.split(',')
    cells[FEATURES] = String((Number(cells[FEATURES]) + 1 + ((i / 2) % (CLASSES - 1))) % CLASSES)
    return cells.join(',')
  })
}

/** `{ parts, heldOut, images, labels, rows }`: four training parts (the last with half its labels flipped), the requester's
 * held-out set (rows with index % 5 = 4), and 100 of its images without labels. Each is CSV text with a header. `flipped`
 * counts the rows of a part that differ from the data, `rows` those of the whole data. */
export function digits() {
  const [header, ...rows] = readFileSync(FILE, 'utf8').trim().split(/\r?\n/)
  const csv = (lines, head = header) => `${[head, ...lines].join('\n')}\n`
  const residue = (r) => rows.filter((_, i) => i % 5 === r)
  const parts = [0, 1, 2, 3].map((part) => {
    const lines = part === 3 ? flipHalf(residue(3)) : residue(part)
    const flipped = lines.filter((line, i) => line !== residue(part)[i]).length
    return { csv: csv(lines), rows: lines.length, flipped }
  })
  const held = residue(4)
  const unlabelled = (line) => line.split(',').slice(0, FEATURES).join(',')
  return {
    parts,
    heldOut: { csv: csv(held), rows: held.length },
    images: { csv: csv(held.slice(0, 100).map(unlabelled), unlabelled(header)), rows: 100 },
    labels: held.slice(0, 100).map((line) => Number(line.split(',')[FEATURES])),
    rows: rows.length,
  }
}
