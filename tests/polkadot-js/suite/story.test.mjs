// The whole story on a network of real nodes, as `make demo` tells it.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { CHEATER, checkStory, flippedPay } from '../lib/checks.mjs'

const DEMO = fileURLToPath(new URL('../demo.mjs', import.meta.url))

const less = (amount) => (BigInt(amount) - 1n).toString()
const refuted = (summary) => summary.verdicts.find((verdict) => verdict.outcome === 'Refuted')

/** The claims of a clean and the flipped part change places. */
const flippedPaid = (s) => {
  const [clean, flipped] = [s.contributions[0], s.contributions[3]].map(({ id }) => s.claims.find((c) => c.contribution === id))
  ;[clean.amount, flipped.amount] = [flipped.amount, clean.amount]
  s.flipped_pay_ratio.paid = flippedPay(s)
}

/** Summaries in which one part of the story did not happen, and what says so. */
const LIES = {
  'nothing is finalized': [/nothing is finalized/, (s) => { s.finalized = 0 }],
  'the issuance is another': [/the issuance beside/, (s) => { s.issuance = less(s.issuance) }],
  'the accuracy is too low': [/the accuracy is 0\.8/, (s) => { s.correct = s.verdicts[0].verifiers[0].correct = 300; s.accuracy = 300 / s.held_out_rows }],
  "the accuracy is not the verifier's": [/the count of right rows/, (s) => { s.verdicts[0].verifiers[0].correct -= 1 }],
  'a contributor is missing': [/the contributions: 3/, (s) => { s.contributions.pop() }],
  'no label is flipped': [/parts with flipped labels: 0/, (s) => { s.contributions[3].flipped_labels = 0 }],
  'the fee is not in escrow': [/what is on hold/, (s) => { s.orders[0].on_hold = s.orders[0].fee }],
  'the answers are not in escrow': [/what is on hold/, (s) => { s.orders.find((o) => o.kind === 'inference').on_hold = '0' }],
  'the job is given away at once': [/was drawn too early/, (s) => { s.draws[0].block = s.orders[0].block }],
  'nobody committed': [/commitments to job/, (s) => { s.commitments = [] }],
  'an account submitted the commitment': [/not submitted by an off-chain worker/, (s) => { s.commitment_unsigned = false }],
  'the weights are others': [/the weights of the version/, (s) => { s.weights.cid = refuted(s).executor }],
  'the weights are cut short': [/the values in the weights/, (s) => { s.weights.values -= 1 }],
  'there are too few segments': [/has 15 segments/, (s) => { s.orders[0].segments = 15 }],
  'three segments are opened': [/3 segments of job/, (s) => { s.verdicts[0].opened.pop() }],
  'a segment is opened twice': [/segments of job/, (s) => { s.verdicts[0].opened[1] = s.verdicts[0].opened[0] }],
  'the executor verifies itself': [/verified its own work/, (s) => { s.verdicts[0].verifiers[0].who = s.verdicts[0].executor }],
  'the verifier had its data before': [/had something in its store/, (s) => { s.stored_before.dave = 1 }],
  'nobody looked into the stores': [/had something in its store/, (s) => { s.stored_before = {} }],
  'the executor served a checkpoint less': [/the executor served/, (s) => {
    s.check_transfer.executor.served = (s.check_transfer.checkpoints - 1) * s.weights.bytes
  }],
  'the verifier fetched only data': [/the verifier received/, (s) => { s.check_transfer.verifier.received = s.check_transfer.data }],
  'the verifier fetched a checkpoint less': [/the verifier received/, (s) => {
    s.check_transfer.verifier.received = s.check_transfer.data + (s.check_transfer.checkpoints - 1) * s.weights.bytes
  }],
  'a flipped byte is served': [/with a flipped byte/, (s) => { s.flipped_byte = '' }],
  'the executor is paid less': [/what job . paid/, (s) => { s.settlements[0].paid = less(s.settlements[0].paid) }],
  'the verifier is not paid': [/what job . paid/, (s) => { s.settlements[0].verifiers = [] }],
  'a payout is not listed': [/what job . paid out/, (s) => { s.payouts = s.payouts.filter(({ role }) => role !== 'stakers') }],
  'the compensation is not listed': [/compensations came out/, (s) => { s.payouts = s.payouts.filter(({ job }) => job !== null) }],
  'nothing is refunded': [/what job . paid/, (s) => { s.settlements[0].refunded = '0' }],
  'the answers are wrong': [/84 answers/, (s) => { s.answers.right = 84 }],
  'a row is not scored': [/the rows that DataInf scores/, (s) => { s.rows_scored.DataInf[2] -= 1 }],
  'the root is another': [/the report is not the one/, (s) => { s.attribution_root.on_chain = s.commitments[0].root }],
  'the fee is not split': [/the parts of the fee/, (s) => { s.receipts[0].parts.stakers = less(s.receipts[0].parts.stakers) }],
  'a claim is missing': [/what contributors claimed/, (s) => { s.claims.pop() }],
  'a claim is less': [/what contributors claimed/, (s) => { s.claims[0].amount = less(s.claims[0].amount) }],
  'flipped labels are paid well': [/flipped labels earn 1/, flippedPaid],
  'one method only': [/by ExactInverse/, (s) => { delete s.flipped_pay_ratio.by_method.ExactInverse }],
  'the exact inverse does worse': [/the exact inverse does not/, (s) => { s.flipped_pay_ratio.by_method.ExactInverse = s.flipped_pay_ratio.by_method.DataInf }],
  'the cheater has little bond': [/most of the bond/, (s) => { s.bonds[CHEATER] = '1' }],
  'the cheater keeps its bond': [/was not slashed/, (s) => { s.cheater_slashed = false }],
  'one word slashes': [/one word alone/, (s) => { refuted(s).verifiers.splice(1) }],
  'an honest worker is slashed': [/somebody was slashed/, (s) => { s.verdicts[0].slashed = [{ who: s.verdicts[0].executor, amount: '1' }] }],
  'a judge gets the job': [/a judge profits/, (s) => { refuted(s).verifiers[0].who = s.verdicts.find((v) => v.job === refuted(s).job && v.attempt === 1).executor }],
  'the job is not completed': [/the last check of job/, (s) => { s.verdicts = s.verdicts.filter((v) => v.job !== refuted(s).job || v.attempt === 0) }],
  'a job stays open': [/the end of job/, (s) => { s.jobs[s.orders[0].job].pop() }],
}

test('the demo runs to the end, and every part of the story is in its summary', { timeout: 900_000 }, async (t) => {
  const cwd = mkdtempSync(join(tmpdir(), 'engram-demo-'))
  try {
    // Other suites take their part of the machine meanwhile.
    const env = { ...process.env, ENGRAM_DEMO_SECONDS: '900' }
    const demo = spawn(process.execPath, [DEMO], { cwd, env, stdio: ['ignore', 'inherit', 'inherit'] })
    const code = await new Promise((resolve) => demo.once('exit', resolve))
    assert.equal(code, 0, 'the demo failed')
    const summary = JSON.parse(readFileSync(join(cwd, 'demo-summary.json'), 'utf8'))
    checkStory(summary)
    for (const key of ['finalized', 'accuracy', 'verdicts', 'payouts', 'issuance', 'sum_of_balances', 'cheater_slashed', 'seconds']) {
      assert.ok(key in summary, `the summary has no ${key}`)
    }
    const paid = new Set(summary.payouts.map(({ role }) => role))
    for (const role of ['executor', 'verifier', 'serving worker', 'contributor']) assert.ok(paid.has(role), `no ${role} was paid`)
    for (const [lie, [reason, change]] of Object.entries(LIES)) {
      const changed = structuredClone(summary)
      change(changed)
      assert.throws(() => checkStory(changed), reason, lie)
    }
    t.diagnostic(`${summary.seconds} s`)
  } finally {
    rmSync(cwd, { recursive: true, force: true })
  }
})
