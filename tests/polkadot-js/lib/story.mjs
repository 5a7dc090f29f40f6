// The steps of Engram's main job, each a few extrinsics that any client could send. The demo tells them as a story, the
// suite asserts on them.
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { base32Encode } from '@polkadot/util-crypto'
import { hexToU8a } from '@polkadot/util'
import { ENGR, account, expectEvent, send, view, waitFinalized } from './chain.mjs'
import { CLASSES, FEATURES } from './digits.mjs'
import { engram } from './network.mjs'

/** The text form of a CID read from the chain. */
export const cidToText = (cid) => base32Encode(hexToU8a(cid.toHex()), true)

export const text = (value) => `0x${Buffer.from(value, 'utf8').toString('hex')}`

/** What the demo trains. */
export const MODEL = {
  name: 'digits-mlp',
  architecture: { Mlp: { widths: [FEATURES, 32, CLASSES], inputShift: 4 } },
  // 0.2 and 0.4 ENGR per 1,000 values, half an ENGR for the computation.
  rates: { inputPer1000: ENGR / 5n, outputPer1000: (2n * ENGR) / 5n, platform: ENGR / 2n },
  method: 'DataInf',
  licence: 'Apache-2.0',
}

/** 32 segments, of which the beacon opens four. Over 50 seeds the held-out accuracy is 0.93 to 0.96. */
export const SPEC = {
  steps: 1600,
  checkpointInterval: 50,
  batchSize: 32,
  learningRate: 100_000,
  optimiser: 'Sgd',
  opened: 4,
}

export const MEMORY_MIB = 64

/** Moves tokens, and waits until they are there. */
export async function fund(api, from, to, amount) {
  await send(api, api.tx.utility.batchAll(to.map((key) => api.tx.balances.transferKeepAlive(key.address, amount))), from)
}

/** Registers the worker of a running node under `owner`. */
export async function registerWorker(api, node, owner, bond) {
  const printed = await node.workerKey(owner.address)
  const { events } = await send(
    api,
    api.tx.workers.register(printed.key, printed.possession, text(node.workerAddress), 1024, bond),
    owner,
  )
  expectEvent(events, 'workers', 'Registered')
  return printed
}

/** Puts a file into the artifact store of a node and returns its CID and where it is served. */
export async function publish(node, name, content) {
  const folder = join(node.network.path, 'files')
  mkdirSync(folder, { recursive: true })
  const file = join(folder, name)
  writeFileSync(file, content)
  const { cid, hex, bytes } = JSON.parse(await engram('artifact', 'add', '--base-path', node.workerPath, file))
  return { file, cid, hex, bytes, source: node.workerAddress }
}

/** The leaf and proof a claim takes, out of a report's JSON. */
export const claimOf = ({ contribution, amount, proof }) => ({ leaf: { contribution, amount }, proof })

/** Fetches an artifact from a worker. */
export async function fetchArtifact(network, cid, from, name) {
  const out = join(network.path, name)
  await engram('artifact', 'get', cid, '--from', from, '--out', out)
  return readFileSync(out)
}

/** Fetches an artifact from a worker and parses it as JSON. */
export const fetchJson = async (...artifact) => JSON.parse((await fetchArtifact(...artifact)).toString('utf8'))

/** What safetensors hold: how many values, how many bytes. */
export function readSafetensors(file) {
  const header = Number(file.readBigUInt64LE(0))
  const { __metadata__, ...tensors } = JSON.parse(file.subarray(8, 8 + header).toString('utf8'))
  const values = Object.values(tensors).map(({ shape }) => shape.reduce((product, side) => product * side, 1))
  return { values: values.reduce((sum, count) => sum + count, 0), bytes: file.length }
}

/** What is on hold as escrow of jobs. */
export async function escrowOnHold(api, at) {
  const holds = await at.query.balances.holds(await view(api, 'Jobs', 'escrow_account'))
  return [...holds].filter(({ id }) => id.isJobs && id.asJobs.isEscrow).reduce((sum, { amount }) => sum + amount.toBigInt(), 0n)
}

/** How many artifacts the worker of a node has. */
export function storedArtifacts(node) {
  const store = join(node.workerPath, 'store')
  const files = existsSync(store) ? readdirSync(store, { recursive: true, withFileTypes: true }) : []
  return files.filter((entry) => entry.isFile()).length
}

/** Flips one byte of an artifact on the disk of the worker that serves it. */
export function flipByte(node, { cid, hex }) {
  const file = join(node.workerPath, 'store', 'public', hex.slice(-2), cid)
  const bytes = readFileSync(file)
  bytes[bytes.length >> 1] ^= 1
  writeFileSync(file, bytes)
}

export async function createDatanet(api, creator) {
  const { events } = await send(
    api,
    api.tx.datanets.create(text('handwritten digits'), FEATURES, CLASSES, text('CC-BY-4.0'), true),
    creator,
  )
  return expectEvent(events, 'datanets', 'DatanetCreated').data.datanet
}

export async function contribute(api, owner, datanet, artifact, rows) {
  const printed = JSON.parse(await engram('artifact', 'rows-root', artifact.file))
  const { events } = await send(
    api,
    api.tx.datanets.contribute(
      datanet, printed.root, artifact.hex, rows, artifact.bytes, text('CC-BY-4.0'), text(artifact.source),
    ),
    owner,
  )
  return expectEvent(events, 'datanets', 'Contributed').data.contribution
}

export async function registerModel(api, owner, model = MODEL) {
  const { events } = await send(
    api,
    api.tx.models.register(text(model.name), model.architecture, model.rates, model.method, text(model.licence)),
    owner,
  )
  return expectEvent(events, 'models', 'ModelRegistered').data.model
}

export async function buyTraining(api, requester, { model, parts, heldOut, heldOutRows, fee, spec = SPEC, parent = null }) {
  const { events, block } = await send(
    api,
    api.tx.jobs.requestTraining(
      model, parent, parts, heldOut.hex, heldOutRows, text(heldOut.source), spec, MEMORY_MIB, fee,
    ),
    requester,
  )
  const { data } = expectEvent(events, 'jobs', 'TrainingRequested')
  return { job: data.job, fee: data.fee.toBigInt(), reserve: data.reserve.toBigInt(), block }
}

export async function buyInference(api, consumer, { version, input, rows, maxFee }) {
  const { events, block } = await send(
    api,
    api.tx.jobs.requestInference(version, input.hex, rows, text(input.source), MEMORY_MIB, maxFee),
    consumer,
  )
  const { data } = expectEvent(events, 'jobs', 'InferenceRequested')
  return { job: data.job, fee: data.fee.toBigInt(), block }
}

/** Waits until a job is closed in finalized state and returns its record. */
export async function untilClosed(api, job, seconds) {
  return waitFinalized(
    api,
    `job ${job} to close`,
    async (at) => {
      const record = await at.query.jobs.jobs(job)
      if (record.isNone) return undefined
      const { state } = record.unwrap()
      return state.isSettled || state.isFailed || state.isVoided || state.isCancelled ? record.unwrap() : undefined
    },
    seconds,
  )
}

export const people = (count, role) => Array.from({ length: count }, (_, i) => account(`${role}${i + 1}`))
