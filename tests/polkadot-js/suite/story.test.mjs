// The whole story on a network of real nodes, as `make demo` tells it.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const DEMO = fileURLToPath(new URL('../demo.mjs', import.meta.url))

test('the demo runs to the end and its summary holds', { timeout: 900_000 }, async () => {
  const cwd = mkdtempSync(join(tmpdir(), 'engram-demo-'))
  try {
    const demo = spawn(process.execPath, [DEMO], { cwd, stdio: ['ignore', 'inherit', 'inherit'] })
    const code = await new Promise((resolve) => demo.once('exit', resolve))
    assert.equal(code, 0, 'the demo failed')
    const summary = JSON.parse(readFileSync(join(cwd, 'demo-summary.json'), 'utf8'))
    assert.ok(summary.finalized > 0)
    assert.ok(summary.accuracy >= 0.9)
    assert.equal(summary.issuance, summary.sum_of_balances)
    assert.equal(summary.cheater_slashed, true)
    assert.ok(summary.verdicts.length >= 3)
    const contributors = summary.payouts.filter((payout) => payout.role === 'contributor')
    assert.equal(new Set(contributors.map((payout) => payout.to)).size, 4)
    assert.ok(summary.flipped_pay_ratio.paid <= 0.85)
    assert.ok(summary.flipped_pay_ratio.by_method.ExactInverse < summary.flipped_pay_ratio.by_method.DataInf)
  } finally {
    rmSync(cwd, { recursive: true, force: true })
  }
})
