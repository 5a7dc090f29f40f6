// Engram's main job from end to end on a local network: data in, a model trained and checked, an answer paid for, the
// contributors paid by influence, a cheater caught. Everything printed is read from finalized blocks.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ENGR, account, finalized, followFinalized, ledger, send, tokens, waitFinalized } from './lib/chain.mjs'
import { digits } from './lib/digits.mjs'
import { DISHONEST, Network } from './lib/network.mjs'
import {
  buyInference, buyTraining, cidToText, claimOf, contribute, createDatanet, fetchJson, fund, people, publish, registerModel,
  registerWorker, untilClosed,
} from './lib/story.mjs'

const started = Date.now()
const seconds = () => Math.round((Date.now() - started) / 1000)
const say = (line = '') => console.log(`${String(seconds()).padStart(4)} s  ${line}`)
const title = (line) => console.log(`\n${line}\n${'-'.repeat(line.length)}`)

const network = new Network('local')
const names = new Map()
const named = (address) => names.get(address.toString()) ?? address.toString()
const short = (cid) => `${cidToText(cid).slice(0, 16)}…`
const summary = { finalized: 0, accuracy: null, verdicts: [], payouts: [], jobs: {}, cheater_slashed: false }

const HONEST_BOND = 1_000n * ENGR
const CHEATER_BOND = 2_000_000n * ENGR

// What a node with its worker may take at its peak.
const MEMORY_LIMIT = 2 * 2 ** 30

function check(condition, what) {
  if (!condition) throw new Error(`the story went wrong: ${what}`)
}

/** Prints what happens on chain, and keeps what the summary shows. */
function narrate(event, block) {
  const { section, method, data } = event
  const key = `${section}.${method}`
  const step = (job, state) => {
    const steps = (summary.jobs[job.toString()] ??= [])
    steps.push({ block, state })
  }
  const payout = (job, who, role, amount) => {
    if (amount.toBigInt() > 0n) {
      summary.payouts.push({ job: job.toNumber(), to: named(who), role, amount: amount.toBigInt() })
    }
  }
  const line = (text) => say(`#${block} ${text}`)
  switch (key) {
    case 'jobs.TrainingRequested':
      step(data.job, 'requested')
      line(`training job ${data.job}: ${tokens(data.fee)} and a reserve of ${tokens(data.reserve)} are in escrow`)
      break
    case 'jobs.InferenceRequested':
      step(data.job, 'requested')
      line(`inference job ${data.job}: ${tokens(data.fee)} are in escrow`)
      break
    case 'jobs.JobAssigned':
      step(data.job, `assigned to ${named(data.worker)}`)
      line(`the beacon gives job ${data.job}, attempt ${data.attempt}, to ${named(data.worker)}`)
      break
    case 'learning.Committed':
      step(data.job, 'committed')
      line(`${named(data.executor)} commits to its training: root ${data.root.toHex().slice(0, 18)}…, weights ${short(data.finalWeights)}`)
      break
    case 'learning.SegmentsDrawn':
      line(`the beacon opens segments ${data.segments.map((s) => s.toString()).join(', ')} of job ${data.job}`)
      break
    case 'learning.VerifierDrawn':
      line(`the beacon draws ${named(data.verifier)} to verify job ${data.job}, round ${data.round}`)
      break
    case 'learning.VerdictCommitted':
      line(`${named(data.verifier)} has replayed job ${data.job} and commits to a verdict`)
      break
    case 'learning.InteriorDrawn':
      line(`interior steps ${data.interior.map((s) => s.toString()).join(', ')} are drawn`)
      break
    case 'learning.Disputed':
      line(`${named(data.verifier)} disagrees with the executor of job ${data.job}: two more verifiers are drawn`)
      break
    case 'learning.CheckFinished': {
      const { executor, verdicts, slashed, outcome } = data.summary
      step(data.job, `check: ${outcome.type.toLowerCase()}`)
      line(`job ${data.job} is checked: ${outcome.type.toLowerCase()}`)
      summary.verdicts.push({
        job: data.job.toNumber(),
        attempt: data.attempt.toNumber(),
        executor: named(executor),
        outcome: outcome.type,
        verifiers: verdicts.map((v) => ({ who: named(v.verifier), round: v.round.toNumber(), verdict: v.verdict.toHuman(), agrees: v.agrees.toHuman() })),
        slashed: slashed.map((s) => ({ who: named(s.who), amount: s.taken.toBigInt() })),
      })
      break
    }
    case 'workers.Slashed':
      line(`${named(data.worker)} loses ${tokens(data.taken)} of its bond, ${tokens(data.compensated)} of it to those who proved it`)
      if (data.compensated.toBigInt() > 0n) {
        summary.payouts.push({ job: null, to: 'the verifiers who proved it', role: `out of the bond of ${named(data.worker)}`, amount: data.compensated.toBigInt() })
      }
      break
    case 'jobs.TrainingRejected':
      step(data.job, 'rejected')
      for (const [who, amount] of data.verifiers) payout(data.job, who, 'verifier', amount)
      break
    case 'jobs.JobRequeued':
      step(data.job, 'requeued')
      line(`job ${data.job} waits for another worker`)
      break
    case 'models.VersionRecorded':
      line(`model ${data.model} has version ${data.version}: ${data.correct} of ${data.heldOutRows} held-out rows are right`)
      break
    case 'jobs.TrainingSettled':
      step(data.job, 'settled')
      payout(data.job, data.worker, 'executor', data.paid)
      for (const [who, amount] of data.verifiers) payout(data.job, who, 'verifier', amount)
      line(`job ${data.job} is settled: ${named(data.worker)} gets ${tokens(data.paid)}, ` +
        `${data.verifiers.map(([who, amount]) => `${named(who)} ${tokens(amount)}`).join(', ')}, ` +
        `${tokens(data.burned)} burned, ${tokens(data.refunded)} refunded`)
      break
    case 'attribution.ReceiptAccepted':
      step(data.job, 'served')
      payout(data.job, data.worker, 'serving worker', data.parts.worker)
      line(`job ${data.job} is answered: fee ${tokens(data.fee)} = worker ${tokens(data.parts.worker)} + model ${tokens(data.parts.model)} + ` +
        `stakers ${tokens(data.parts.stakers)} + contributors ${tokens(data.parts.contributors)} + cut`)
      break
    case 'jobs.InferenceSettled':
      step(data.job, 'settled')
      break
    case 'attribution.PayoutClaimed':
      payout(data.job, data.owner, 'contributor', data.amount)
      line(`${named(data.owner)} claims ${tokens(data.amount)} for job ${data.job}`)
      break
    case 'jobs.JobFailed':
    case 'jobs.JobVoided':
      step(data.job, method)
      line(`job ${data.job}: ${method} ${data.reason ?? ''}`)
      break
    case 'jobs.DeadlineMissed':
    case 'learning.DeadlineMissed':
      line(`${named(data.worker)} missed a deadline of job ${data.job}`)
      break
    default:
      if (method === 'Unexpected') throw new Error(`${key}: ${JSON.stringify(data.toHuman())}`)
  }
}

async function story() {
  title('A local network')
  const validators = ['alice', 'bob', 'charlie', 'dave']
  const up = async (name) => {
    const node = await network.node(name, { worker: true, args: [`--${name}`] }).start()
    say(`${name} is up: validator and worker, RPC on port ${node.ports.rpc}`)
  }
  // The first is the boot node of the others.
  await up(validators[0])
  await Promise.all(validators.slice(1).map(up))
  // A full node whose operator replaced the worker by a program that cheats. Nobody is drawn before it registers.
  const rogue = network.node('mallory', { worker: true, workerProgram: DISHONEST, env: { ENGRAM_CHEAT: 'untrained' } })
  const rogueUp = rogue.start()
  const [alice] = network.nodes
  const { api } = alice
  names.set(account('Alice').address, 'Alice')
  await waitFinalized(api, 'the first finalized block', async (_, head) => (head.number.toNumber() >= 1 ? true : undefined))
  say('blocks are being finalized')
  const events = await followFinalized(api, 1, narrate)

  const operators = validators.map((name) => account(`${name[0].toUpperCase()}${name.slice(1)}//stash`))
  operators.forEach((key, i) => names.set(key.address, `worker ${validators[i]}`))
  const contributors = people(4, 'Contributor')
  contributors.forEach((key, i) => names.set(key.address, `contributor ${i + 1}`))
  const [requester, consumer, bank] = [account('Eve'), account('Ferdie'), account('One')]
  names.set(requester.address, 'requester')
  names.set(consumer.address, 'consumer')

  await Promise.all([
    fund(api, bank, contributors, 100n * ENGR),
    ...operators.map((owner, i) => registerWorker(api, network.nodes[i], owner, HONEST_BOND)),
  ])
  say(`four workers are registered with a bond of ${tokens(HONEST_BOND)} each`)

  title('1. Four contributors register their data')
  const data = digits()
  const datanet = await createDatanet(api, requester)
  const parts = await Promise.all(
    contributors.map(async (key, i) => {
      const part = data.parts[i]
      const artifact = await publish(network.nodes[i], `digits-part-${i + 1}.csv`, part.csv)
      const id = await contribute(api, key, datanet, artifact, part.rows)
      say(`contributor ${i + 1} registers ${part.rows} rows as contribution ${id}${part.flipped ? ', half of their labels flipped' : ''}`)
      return id
    }),
  )

  title('2. A requester registers a model and buys its training')
  const heldOut = await publish(alice, 'held-out.csv', data.heldOut.csv)
  const model = await registerModel(api, requester)
  const first = await buyTraining(api, requester, {
    model, parts, heldOut, heldOutRows: data.heldOut.rows, fee: 100n * ENGR,
  })

  title('3. and 4. It is trained, checked and paid')
  const trained = await untilClosed(api, first.job, 240)
  check(trained.state.isSettled, `job ${first.job} ended as ${trained.state.type}`)
  const version = trained.state.asSettled.version.unwrap()
  const record = (await (await finalized(api)).query.models.versions(version)).unwrap()
  summary.accuracy = record.correct.toNumber() / record.heldOutRows.toNumber()
  say(`held-out accuracy on chain, recomputed by the verifier: ${summary.accuracy.toFixed(4)}`)
  check(summary.accuracy >= 0.9, `the accuracy is ${summary.accuracy}`)
  summary.transfer = {}
  for (const [i, name] of validators.entries()) {
    const metrics = await network.nodes[i].metrics()
    summary.transfer[name] = {
      served: metrics.engram_worker_bytes_served_total ?? 0,
      received: metrics.engram_worker_bytes_received_total ?? 0,
    }
  }
  check(Object.values(summary.transfer).some((t) => t.served > 0), 'no artifact was served')
  check(Object.values(summary.transfer).some((t) => t.received > 0), 'no artifact was received')

  title('5. A consumer buys 100 answers, the contributors are paid by influence')
  const images = await publish(alice, 'images.csv', data.images.csv)
  const bought = await buyInference(api, consumer, { version, input: images, rows: data.images.rows, maxFee: 10n * ENGR })
  const served = await untilClosed(api, bought.job, 120)
  check(served.state.isSettled, `job ${bought.job} ended as ${served.state.type}`)
  const payout = (await (await finalized(api)).query.attribution.payouts(bought.job)).unwrap()
  const server = network.nodes[operators.findIndex((key) => key.address === payout.worker.toString())]
  const from = server.workerAddress
  const answers = await fetchJson(network, cidToText(payout.answers), from, 'answers.json')
  const report = await fetchJson(network, cidToText(payout.report), from, 'report.json')
  const classes = answers.answers.map((answer) => answer.class)
  const right = classes.filter((label, i) => label === data.labels[i]).length
  say(`${right} of ${data.labels.length} answers are right`)
  check(right >= 85, 'the answers are wrong')
  await waitFinalized(api, 'the challenge window to pass', async (_, head) =>
    head.number.toBigInt() > payout.claimableAt.toBigInt() ? true : undefined)
  await Promise.all(
    contributors.map((key, i) => {
      const { leaf, proof } = claimOf(report.leaves[i])
      return send(api, api.tx.attribution.claim(bought.job, i, leaf, proof), key)
    }),
  )
  const perRow = report.leaves.map(({ amount }, i) => Number(amount) / data.parts[i].rows)
  const others = (perRow[0] + perRow[1] + perRow[2]) / 3
  summary.flipped_pay_ratio = { paid: perRow[3] / others, by_method: {} }
  for (const [method, { weights }] of Object.entries(report.methods)) {
    const each = weights.map((weight, i) => Number(weight) / data.parts[i].rows)
    summary.flipped_pay_ratio.by_method[method] = each[3] / ((each[0] + each[1] + each[2]) / 3)
  }
  for (const [method, ratio] of Object.entries(summary.flipped_pay_ratio.by_method)) {
    say(`${method}: the contributor with flipped labels earns ${ratio.toFixed(3)} per row of what the others get`)
  }
  check(summary.flipped_pay_ratio.paid <= 0.85, `flipped labels earn ${summary.flipped_pay_ratio.paid} per row`)

  title('6. A dishonest worker is caught')
  await rogueUp
  const mallory = account('Ferdie//stash')
  names.set(mallory.address, 'worker mallory')
  await registerWorker(api, rogue, mallory, CHEATER_BOND)
  say(`mallory registers with a bond of ${tokens(CHEATER_BOND)}, most of all bonds`)
  let settled
  for (let tries = 0; tries < 3 && !summary.cheater_slashed; tries += 1) {
    const job = await buyTraining(api, requester, {
      model, parts, heldOut, heldOutRows: data.heldOut.rows, fee: 100n * ENGR,
    })
    settled = await untilClosed(api, job.job, 400)
    await events.caughtUp()
    check(settled.state.isSettled, `job ${job.job} ended as ${settled.state.type}`)
    const refuted = summary.verdicts.find((v) => v.job === job.job.toNumber() && v.slashed.some((s) => s.who === 'worker mallory'))
    if (!refuted) {
      say('the beacon did not draw mallory: once more')
      continue
    }
    const second = summary.verdicts.find((v) => v.job === job.job.toNumber() && v.attempt === refuted.attempt + 1)
    check(second?.outcome === 'Verified', 'the job was not completed by another worker')
    check(second.executor !== 'worker mallory', 'mallory got the job again')
    const judges = refuted.verifiers.map((v) => v.who)
    check(!judges.includes('worker mallory') && !judges.includes(second.executor), 'a judge profits from its verdict')
    summary.cheater_slashed = true
    summary.cheater = refuted
  }
  check(summary.cheater_slashed, 'mallory was never drawn')

  await events.caughtUp()
  summary.peak_memory = Object.fromEntries(network.nodes.map((node) => [node.name, node.peakMemory()]))
  for (const [name, bytes] of Object.entries(summary.peak_memory)) {
    check(bytes < MEMORY_LIMIT, `${name} and its worker took ${Math.round(bytes / 2 ** 20)} MiB`)
  }
  title('Summary')
  const head = await api.rpc.chain.getFinalizedHead()
  const header = await api.rpc.chain.getHeader(head)
  const best = await api.rpc.chain.getHeader()
  const { issuance, sum } = await ledger(await api.at(head))
  Object.assign(summary, {
    finalized: header.number.toNumber(),
    best: best.number.toNumber(),
    issuance: issuance.toString(),
    sum_of_balances: sum.toString(),
    seconds: seconds(),
  })
  events.stop()
  check(issuance === sum, `issuance ${issuance} is not the sum of balances ${sum}`)
}

function table() {
  const rows = [
    ['blocks', `best #${summary.best}, finalized #${summary.finalized}`],
    ...Object.entries(summary.jobs).map(([job, steps]) => [
      `job ${job}`, steps.map(({ block, state }) => `${state} #${block}`).join(' → '),
    ]),
    ['accuracy', `${summary.accuracy.toFixed(4)} on held-out rows, recomputed by the verifier`],
    ...summary.verdicts.map((v) => [
      `verdict on job ${v.job}`,
      `attempt ${v.attempt} by ${v.executor}: ${v.outcome.toLowerCase()} by ${v.verifiers.map((w) => w.who).join(', ')}` +
        `${v.slashed.length ? `; slashed ${v.slashed.map((s) => `${s.who} ${tokens(s.amount)}`).join(', ')}` : ''}`,
    ]),
    ...summary.payouts.map((p) => [p.job === null ? 'compensation' : `paid for job ${p.job}`, `${tokens(p.amount)} to ${p.to} (${p.role})`]),
    ...Object.entries(summary.flipped_pay_ratio.by_method).map(([method, ratio]) => [
      'flipped labels', `${ratio.toFixed(3)} of the others' pay per row by ${method}`,
    ]),
    ...Object.entries(summary.transfer).map(([name, t]) => ['artifacts', `${name} served ${t.served} bytes, received ${t.received}`]),
    ...Object.entries(summary.peak_memory).map(([name, bytes]) => ['peak memory', `${name} and its worker ${Math.round(bytes / 2 ** 20)} MiB`]),
    ['issuance', `${tokens(BigInt(summary.issuance))}, equal to the sum of balances`],
    ['time', `${summary.seconds} s`],
  ]
  const width = Math.max(...rows.map(([head]) => head.length))
  for (const [head, text] of rows) console.log(`  ${head.padEnd(width)}  ${text}`)
}

let failed
process.once('SIGINT', () => network.stop().finally(() => process.exit(130)))
try {
  await story()
  table()
  const file = join(process.cwd(), 'demo-summary.json')
  writeFileSync(file, `${JSON.stringify(summary, (_, v) => (typeof v === 'bigint' ? v.toString() : v), 2)}\n`)
  console.log(`\nsummary written to ${file}`)
} catch (error) {
  failed = error
  console.error(`\ndemo failed after ${seconds()} s: ${error.message}`)
  console.error(`logs are kept in ${network.path}`)
}
await network.stop({ keep: Boolean(failed) })
process.exit(failed ? 1 : 0)
