// Engram's main job from end to end on a local network: data in, a model trained and checked, an answer paid for, the
// contributors paid by influence, a cheater caught. Everything printed is read from finalized blocks.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ENGR, account, finalized, followFinalized, ledger, send, tokens, waitFinalized } from './lib/chain.mjs'
import { CHEATER, checkStory, flippedPay } from './lib/checks.mjs'
import { digits } from './lib/digits.mjs'
import { Narrator } from './lib/narrator.mjs'
import { DISHONEST, Network } from './lib/network.mjs'
import {
  MODEL, buyInference, buyTraining, cidToText, claimOf, contribute, createDatanet, escrowOnHold, fetchArtifact, fetchJson, flipByte, fund,
  people, publish, readSafetensors, registerModel, registerWorker, storedArtifacts, untilClosed,
} from './lib/story.mjs'

const started = Date.now()
const seconds = () => Math.round((Date.now() - started) / 1000)
const say = (line = '') => console.log(`${String(seconds()).padStart(4)} s  ${line}`)
const title = (line) => console.log(`\n${line}\n${'-'.repeat(line.length)}`)

const network = new Network('local')
const validators = ['alice', 'bob', 'charlie', 'dave']

/** Bytes that each validator's worker has served and received. */
async function traffic() {
  const each = validators.map(async (name, i) => {
    const metrics = await network.nodes[i].metrics()
    return [name, {
      served: metrics.engram_worker_bytes_served_total ?? 0,
      received: metrics.engram_worker_bytes_received_total ?? 0,
    }]
  })
  return Object.fromEntries(await Promise.all(each))
}

const narrator = new Narrator(say, traffic)
const { summary } = narrator

const HONEST_BOND = 1_000n * ENGR
const CHEATER_BOND = 2_000_000n * ENGR

// What a node with its worker may take at its peak.
const MEMORY_LIMIT = 2 * 2 ** 30

// What the story may take. Whoever runs other things beside it may give it more.
const SECONDS_LIMIT = Number(process.env.ENGRAM_DEMO_SECONDS ?? 360)

// A worker tells its node every five seconds what it served and received.
const METRICS_WAIT = 15_000

function check(condition, what) {
  if (!condition) throw new Error(`the story went wrong: ${what}`)
}

/** Notes what is on hold for a job that was bought in this block, and into how many segments it is divided. */
async function noteOrder(api, events, { job, block }) {
  const at = await api.at(block)
  const jobs = await at.query.jobs.jobs.entries()
  const { kind, escrow } = (await at.query.jobs.jobs(job)).unwrap()
  await events.caughtUp()
  const order = summary.orders.find((known) => known.job === job.toNumber())
  order.on_hold = escrow.toBigInt()
  const all = jobs.reduce((sum, [, record]) => sum + record.unwrap().escrow.toBigInt(), 0n)
  const held = await escrowOnHold(api, at)
  check(held === all, `${held} is on hold for jobs, their records say ${all}`)
  if (kind.isTraining) {
    const { steps, checkpointInterval } = kind.asTraining.spec
    order.segments = steps.toNumber() / checkpointInterval.toNumber()
  }
}

/** Notes what executor and verifier of a job have sent and received since the executor committed. `parts` and `heldOut` are the
 * data, which lie elsewhere. The weights were fetched from the executor once more, by the demo. */
async function noteTransfer(job, { parts, heldOut }) {
  const before = narrator.before.get(job.toNumber())
  const { executor, opened, verifiers } = summary.verdicts.find((verdict) => verdict.job === job.toNumber())
  const indexOf = (who) => validators.findIndex((name) => who === `worker ${name}`)
  const [from, to] = [indexOf(executor), indexOf(verifiers[0].who)]
  check(from >= 0 && to >= 0 && from !== to, `${verifiers[0].who} verified the work of ${executor}`)
  // Who replayed the last segment has made the final weights, all others fetch them too.
  const { segments } = summary.orders.find((order) => order.job === job.toNumber())
  const checkpoints = opened.length + (opened.includes(segments - 1) ? 0 : 1)
  const data = [...parts, heldOut].reduce((sum, { bytes }) => sum + bytes, 0)
  const wanted = checkpoints * summary.weights.bytes
  const gained = (now, i, what) => now[validators[i]][what] - before[validators[i]][what]
  const deadline = Date.now() + METRICS_WAIT
  for (;;) {
    summary.transfer = await traffic()
    const served = gained(summary.transfer, from, 'served') - summary.weights.bytes
    const received = gained(summary.transfer, to, 'received')
    summary.check_transfer = {
      checkpoints, data, executor: { who: executor, served }, verifier: { who: verifiers[0].who, received },
    }
    if ((served >= wanted && received >= wanted + data) || Date.now() > deadline) break
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
}

/** Flips one byte of an artifact where it lies, and notes what whoever fetches it is told. */
async function flippedByte(node) {
  const name = 'flipped.txt'
  const artifact = await publish(node, name, 'what is served is what its CID names\n')
  flipByte(node, artifact)
  const refusal = await fetchArtifact(network, artifact.cid, artifact.source, name).then(
    () => check(false, 'an artifact with a flipped byte was served'),
    (error) => error.message.trim().split('\n').pop(),
  )
  // What lies there is not what its name says, so nobody has it.
  check(/does not serve it/.test(refusal), `it was refused for another reason: ${refusal}`)
  await publish(node, name, readFileSync(artifact.file))
  await fetchArtifact(network, artifact.cid, artifact.source, name)
  return refusal
}

/** Whether a call in this block came without a signature of an account, as off-chain workers submit. */
async function cameUnsigned(api, number, section, method) {
  const { block } = await api.rpc.chain.getBlock(await api.rpc.chain.getBlockHash(number))
  return block.extrinsics.some((extrinsic) => {
    const call = extrinsic.method
    return call.section === section && call.method === method && !extrinsic.isSigned
  })
}

async function story() {
  title('A local network')
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
  // Where contributors and buyers keep their files: a full node whose worker is not registered, so that it serves and is never drawn.
  const library = network.node('library', { worker: true })
  const libraryUp = library.start()
  const [alice] = network.nodes
  const { api } = alice
  for (const name of validators) narrator.name(account(`${name[0].toUpperCase()}${name.slice(1)}`), `validator ${name}`)
  await waitFinalized(api, 'the first finalized block', async (_, head) => (head.number.toNumber() >= 1 ? true : undefined))
  say('blocks are being finalized')
  const events = await followFinalized(api, 1, (event, block) => narrator.handle(event, block))

  const operators = validators.map((name) => account(`${name[0].toUpperCase()}${name.slice(1)}//stash`))
  operators.forEach((key, i) => narrator.name(key, `worker ${validators[i]}`))
  const contributors = people(4, 'Contributor')
  contributors.forEach((key, i) => narrator.name(key, `contributor ${i + 1}`))
  const [requester, consumer, bank] = [account('Eve'), account('Ferdie'), account('One')]
  narrator.name(requester, 'requester')
  narrator.name(consumer, 'consumer')

  await Promise.all([
    fund(api, bank, contributors, 100n * ENGR),
    ...operators.map((owner, i) => registerWorker(api, network.nodes[i], owner, HONEST_BOND)),
  ])
  say(`four workers are registered with a bond of ${tokens(HONEST_BOND)} each`)

  title('1. Four contributors register their data')
  const data = digits()
  const datanet = await createDatanet(api, requester)
  await libraryUp
  await library.workerKey(requester.address)
  const files = await Promise.all(data.parts.map((part, i) => publish(library, `digits-part-${i + 1}.csv`, part.csv)))
  const parts = await Promise.all(
    contributors.map(async (key, i) => {
      const part = data.parts[i]
      const id = await contribute(api, key, datanet, files[i], part.rows)
      say(`contributor ${i + 1} registers ${part.rows} rows as contribution ${id}${part.flipped ? ', half of their labels flipped' : ''}`)
      return id
    }),
  )
  const known = await finalized(api)
  summary.contributions = await Promise.all(
    parts.map(async (id, i) => {
      const record = (await known.query.datanets.items(id)).unwrap()
      check(cidToText(record.cid) === files[i].cid, `contribution ${id} is another file`)
      return { id: id.toNumber(), owner: narrator.named(record.owner), rows: record.rows.toNumber(), flipped_labels: data.parts[i].flipped }
    }),
  )
  summary.rows_in_all = data.rows

  title('2. A requester registers a model and buys its training')
  const heldOut = await publish(library, 'held-out.csv', data.heldOut.csv)
  summary.stored_before = Object.fromEntries(validators.map((name, i) => [name, storedArtifacts(network.nodes[i])]))
  const model = await registerModel(api, requester)
  const registered = (await (await finalized(api)).query.models.models(model)).unwrap()
  summary.model = {
    id: model.toNumber(), owner: narrator.named(registered.owner),
    widths: registered.architecture.asMlp.widths.map((width) => width.toNumber()),
  }
  check(summary.model.widths.join() === MODEL.architecture.Mlp.widths.join(), 'the model is another one')
  const goods = { model, parts, heldOut, heldOutRows: data.heldOut.rows, fee: 100n * ENGR }
  const first = await buyTraining(api, requester, goods)
  await noteOrder(api, events, first)

  title('3. and 4. It is trained, checked and paid')
  const trained = await untilClosed(api, first.job, 240)
  check(trained.state.isSettled, `job ${first.job} ended as ${trained.state.type}`)
  const version = trained.state.asSettled.version.unwrap()
  const record = (await (await finalized(api)).query.models.versions(version)).unwrap()
  Object.assign(summary, { correct: record.correct.toNumber(), held_out_rows: record.heldOutRows.toNumber() })
  summary.accuracy = summary.correct / summary.held_out_rows
  say(`held-out accuracy on chain, recomputed by the verifier: ${summary.accuracy.toFixed(4)}`)
  await events.caughtUp()
  const executor = network.nodes[operators.findIndex((key) => key.address === trained.state.asSettled.executor.toString())]
  const cid = cidToText(record.weights)
  summary.weights = { cid, ...readSafetensors(await fetchArtifact(network, cid, executor.workerAddress, 'weights.safetensors')) }
  say(`its weights are ${summary.weights.values} values in ${summary.weights.bytes} bytes of safetensors, ${cid}`)
  const committed = summary.commitments.find(({ job }) => job === first.job.toNumber())
  summary.commitment_unsigned = await cameUnsigned(api, committed.block, 'learning', 'commit')
  await noteTransfer(first.job, { parts: files, heldOut })
  const { executor: sent, verifier: got } = summary.check_transfer
  say(`${sent.who} served ${sent.served} bytes while it was checked, ${got.who} received ${got.received}`)
  summary.flipped_byte = await flippedByte(library)
  say(`a flipped byte: ${summary.flipped_byte}`)

  title('5. A consumer buys 100 answers, the contributors are paid by influence')
  const images = await publish(library, 'images.csv', data.images.csv)
  const bought = await buyInference(api, consumer, { version, input: images, rows: data.images.rows, maxFee: 10n * ENGR })
  await noteOrder(api, events, bought)
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
  summary.answers = { rows: classes.length, right }
  summary.attribution_root = { on_chain: payout.root.hash_.toHex(), in_report: report.root.hash }
  await waitFinalized(api, 'the challenge window to pass', async (_, head) =>
    head.number.toBigInt() > payout.claimableAt.toBigInt() ? true : undefined)
  await Promise.all(
    contributors.map((key, i) => {
      const { leaf, proof } = claimOf(report.leaves[i])
      return send(api, api.tx.attribution.claim(bought.job, i, leaf, proof), key)
    }),
  )
  await events.caughtUp()
  // What was paid is read from the chain, what either method found from the worker's report.
  summary.flipped_pay_ratio = { paid: flippedPay(summary), by_method: {} }
  summary.rows_scored = {}
  for (const [method, { weights, row_scores: scores }] of Object.entries(report.methods)) {
    const found = summary.contributions.map(({ id }, i) => ({ contribution: id, amount: weights[i] }))
    summary.flipped_pay_ratio.by_method[method] = flippedPay({ contributions: summary.contributions, claims: found })
    summary.rows_scored[method] = scores.map((part) => part.length)
  }
  say(`on chain the contributor with flipped labels earns ${summary.flipped_pay_ratio.paid.toFixed(3)} per row of what the others get`)
  for (const [method, ratio] of Object.entries(summary.flipped_pay_ratio.by_method)) {
    say(`the worker's report, by ${method}: ${ratio.toFixed(3)}`)
  }

  title('6. A dishonest worker is caught')
  await rogueUp
  const mallory = account('Ferdie//stash')
  narrator.name(mallory, CHEATER)
  await registerWorker(api, rogue, mallory, CHEATER_BOND)
  say(`mallory registers with a bond of ${tokens(CHEATER_BOND)}, most of all bonds`)
  const bonds = await (await finalized(api)).query.workers.workers.entries()
  summary.bonds = Object.fromEntries(bonds.map(([key, worker]) => [narrator.named(key.args[0]), worker.unwrap().bond.toBigInt()]))
  for (let tries = 0; tries < 3 && !summary.cheater_slashed; tries += 1) {
    const order = await buyTraining(api, requester, goods)
    await noteOrder(api, events, order)
    const settled = await untilClosed(api, order.job, 400)
    await events.caughtUp()
    check(settled.state.isSettled, `job ${order.job} ended as ${settled.state.type}`)
    summary.cheater = summary.verdicts.find((v) => v.job === order.job.toNumber() && v.slashed.some((s) => s.who === CHEATER))
    summary.cheater_slashed = summary.cheater !== undefined
    if (!summary.cheater_slashed) say('the beacon did not draw mallory: once more')
  }
  check(summary.cheater_slashed, 'mallory was never drawn')
  const left = (await (await finalized(api)).query.workers.workers(mallory.address)).unwrap().bond.toBigInt()
  check(left === CHEATER_BOND - summary.cheater.slashed[0].amount, `mallory's bond is ${tokens(left)}`)

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
}

function table() {
  const rows = [
    ['blocks', `best #${summary.best}, finalized #${summary.finalized}`],
    ...Object.entries(summary.jobs).map(([job, steps]) => [
      `job ${job}`, steps.map(({ block, state }) => `${state} #${block}`).join(' → '),
    ]),
    ...summary.orders.map((o) => [`escrow of job ${o.job}`, `${tokens(o.on_hold)} on hold, fee ${tokens(o.fee)}, reserve ${tokens(o.reserve)}, guarantee ${tokens(o.guarantee)}`]),
    ['accuracy', `${summary.accuracy.toFixed(4)} on held-out rows, recomputed by the verifier`],
    ...summary.verdicts.map((v) => [
      `verdict on job ${v.job}`,
      `attempt ${v.attempt} by ${v.executor}: ${v.outcome.toLowerCase()} by ${v.verifiers.map((w) => w.who).join(', ')}` +
        `${v.slashed.length ? `; slashed ${v.slashed.map((s) => `${s.who} ${tokens(s.amount)}`).join(', ')}` : ''}`,
    ]),
    ...summary.payouts.map((p) => [p.job === null ? 'compensation' : `paid for job ${p.job}`, `${tokens(p.amount)} to ${p.to} (${p.role})`]),
    ['flipped labels', `${summary.flipped_pay_ratio.paid.toFixed(3)} of the others' pay per row, by the claims on chain`],
    ...Object.entries(summary.flipped_pay_ratio.by_method).map(([method, ratio]) => [
      'flipped labels', `${ratio.toFixed(3)} by ${method} in the worker's report`,
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
  const written = JSON.stringify(summary, (_, v) => (typeof v === 'bigint' ? v.toString() : v), 2)
  checkStory(JSON.parse(written))
  check(summary.seconds < SECONDS_LIMIT, `it took ${summary.seconds} s, not less than ${SECONDS_LIMIT}`)
  table()
  const file = join(process.cwd(), 'demo-summary.json')
  writeFileSync(file, `${written}\n`)
  console.log(`\nsummary written to ${file}`)
} catch (error) {
  failed = error
  console.error(`\ndemo failed after ${seconds()} s: ${error.message}`)
  console.error(`logs are kept in ${network.path}`)
}
await network.stop({ keep: Boolean(failed) })
process.exit(failed ? 1 : 0)
