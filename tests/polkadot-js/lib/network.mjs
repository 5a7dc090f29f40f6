// A local network of real nodes on random ports in a temporary folder. Stops only what it started.
import { execFile, spawn } from 'node:child_process'
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { connect } from './chain.mjs'

const run = promisify(execFile)

export const BINARY = process.env.ENGRAM_BIN ?? 'engram'
export const DISHONEST = process.env.ENGRAM_DISHONEST_WORKER ?? 'dishonest-worker'
// What the workers of a network compute on, in turn: `wgpu,cpu` has graphics devices checked by CPUs and the other way round.
const DEVICES = (process.env.ENGRAM_WORKER_DEVICES ?? 'cpu').split(',')

// Every node compiles its runtime when it starts, and many may start at once.
const PATIENCE = 180_000

const listen = (port) =>
  new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(undefined))
    server.listen(port, '127.0.0.1', () => resolve(server))
  })

// Ports of this process: a hundred below those that the system gives to outgoing connections, kept from other processes of
// this kind by holding the first.
const BLOCKS = 200
let block

async function reserveBlock() {
  for (let i = 0; i < BLOCKS; i += 1) {
    const first = 10_000 + ((process.pid + i) % BLOCKS) * 100
    const server = await listen(first)
    if (server) {
      server.unref()
      return { next: first + 1, end: first + 100 }
    }
  }
  throw new Error('no block of ports is free below the ephemeral ones')
}

async function freePort() {
  const ports = await (block ??= reserveBlock())
  while (ports.next < ports.end) {
    const port = ports.next
    ports.next += 1
    const server = await listen(port)
    if (server) return new Promise((resolve) => server.close(() => resolve(port)))
  }
  throw new Error('every port of the block is taken')
}

/** Runs the engram binary once and returns what it printed. */
export async function engram(...args) {
  try {
    return (await run(BINARY, args, { maxBuffer: 64 << 20 })).stdout
  } catch (error) {
    throw new Error(`engram ${args.slice(0, 2).join(' ')} failed: ${error.stderr || error.message}`)
  }
}

export class Node {
  constructor(network, name, options) {
    Object.assign(this, { network, name, options, path: join(network.path, name), restarts: 0 })
  }

  async start() {
    const { network, options } = this
    await network.prepare()
    this.ports ??= { p2p: await freePort(), rpc: await freePort(), prometheus: await freePort(), worker: await freePort() }
    const index = network.nodes.indexOf(this) + 1
    const args = [
      '--chain', network.chain,
      '--base-path', this.path,
      '--name', this.name,
      '--node-key', index.toString(16).padStart(64, '0'),
      '--listen-addr', `/ip4/127.0.0.1/tcp/${this.ports.p2p}`,
      '--rpc-port', `${this.ports.rpc}`,
      '--prometheus-port', `${this.ports.prometheus}`,
      '--no-telemetry', '--no-mdns', '--no-hardware-benchmarks',
      '--rpc-methods', 'unsafe', '--rpc-cors', 'all',
      '--allow-private-ip', '--detailed-log-output',
      ...(options.args ?? []),
    ]
    if (network.bootnode && network.nodes[0] !== this) args.push('--bootnodes', network.bootnode)
    if (options.worker) {
      args.push('--worker', '--worker-device', network.devices[(index - 1) % network.devices.length])
      args.push('--worker-listen', `/ip4/127.0.0.1/tcp/${this.ports.worker}`)
      if (options.workerProgram) args.push('--worker-program', options.workerProgram)
    }
    this.logFile = join(network.path, `${this.name}.log`)
    const log = openSync(this.logFile, 'a')
    this.process = spawn(BINARY, args, {
      stdio: ['ignore', log, log],
      env: { ...process.env, ...(options.env ?? {}) },
    })
    closeSync(log)
    this.exited = new Promise((resolve) => {
      this.process.once('exit', (code, signal) => resolve(signal ?? code))
      this.process.once('error', (error) => resolve(`${error.message}: run \`make build\`, or set ENGRAM_BIN`))
    })
    await this.untilUp()
    if (!network.bootnode) {
      const peer = (await this.api.rpc.system.localPeerId()).toString()
      network.bootnode = `/ip4/127.0.0.1/tcp/${this.ports.p2p}/p2p/${peer}`
    }
    return this
  }

  async untilUp() {
    let ended
    this.exited.then((how) => {
      ended = how
    })
    const deadline = Date.now() + PATIENCE
    for (;;) {
      if (ended !== undefined) throw new Error(`${this.name} ended with ${ended}:\n${this.tail()}`)
      const up = await fetch(`http://127.0.0.1:${this.ports.rpc}/health`).then((r) => r.ok || r.status === 500, () => false)
      if (up) break
      if (Date.now() > deadline) throw new Error(`${this.name} does not answer on its RPC port:\n${this.tail()}`)
      await new Promise((resolve) => setTimeout(resolve, 200))
    }
    this.api = await connect(this.ports.rpc)
  }

  tail(lines = 30) {
    return existsSync(this.logFile) ? readFileSync(this.logFile, 'utf8').trim().split('\n').slice(-lines).join('\n') : ''
  }

  /** What registration needs, as `engram worker key` prints it, once the worker listens. */
  async workerKey(owner) {
    const deadline = Date.now() + PATIENCE
    for (;;) {
      const printed = JSON.parse(
        await engram('worker', 'key', '--chain', this.network.chain, '--base-path', this.path, '--owner', owner),
      )
      if (printed.addresses.length > 0) {
        this.workerAddress = printed.addresses[0]
        this.workerPath = printed.directory
        return printed
      }
      if (Date.now() > deadline) throw new Error(`the worker of ${this.name} does not listen:\n${this.tail()}`)
      await new Promise((resolve) => setTimeout(resolve, 300))
    }
  }

  /** A sample of the node's Prometheus metrics, by name (the first series of each). */
  async metrics() {
    const text = await (await fetch(`http://127.0.0.1:${this.ports.prometheus}/metrics`)).text()
    const values = {}
    for (const line of text.split('\n')) {
      const match = /^([a-z_:0-9]+)(?:\{[^}]*\})? ([-0-9.e+]+)$/i.exec(line)
      if (match && !(match[1] in values)) values[match[1]] = Number(match[2])
    }
    return values
  }

  /** Peak resident memory of the node and of its worker, in bytes. */
  peakMemory() {
    const { pid } = this.process
    // The kernel lists the worker with the thread of the node that started it. Other threads come and go meanwhile.
    const childrenOf = (thread) => {
      try {
        return readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').trim().split(' ').filter(Boolean)
      } catch (error) {
        if (error.code === 'ENOENT' || error.code === 'ESRCH') return []
        throw error
      }
    }
    const workers = readdirSync(`/proc/${pid}/task`).flatMap(childrenOf)
    if (workers.length !== (this.options.worker ? 1 : 0)) throw new Error(`${this.name} has ${workers.length} workers`)
    const peak = (id) => Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${id}/status`, 'utf8'))[1]) * 1024
    return [pid, ...workers].map(peak).reduce((sum, bytes) => sum + bytes, 0)
  }

  async stop() {
    if (this.api) await this.api.disconnect().catch(() => {})
    this.api = undefined
    if (!this.process || this.process.exitCode !== null || this.process.signalCode !== null) return
    this.process.kill('SIGTERM')
    const timer = setTimeout(() => this.process.kill('SIGKILL'), 15_000)
    await this.exited
    clearTimeout(timer)
  }
}

/** Lays `patch` over `base`, as the node does with a genesis patch. */
function merge(base, patch) {
  const isObject = (value) => value !== null && typeof value === 'object' && !Array.isArray(value)
  if (!isObject(base) || !isObject(patch)) return patch
  const merged = { ...base }
  for (const [key, value] of Object.entries(patch)) merged[key] = merge(base[key], value)
  return merged
}

export class Network {
  /** A network of the preset `chain`. `genesis` is laid over the preset's, as an operator edits an exported spec. `devices` are
   * what its workers compute on, in turn. */
  constructor(chain = 'local', { genesis, devices = DEVICES } = {}) {
    Object.assign(this, { chain, genesis, devices, nodes: [], path: mkdtempSync(join(tmpdir(), 'engram-')) })
  }

  /** Writes the raw spec once: building genesis from a preset compiles the runtime, which every node would do again. */
  async prepare() {
    this.prepared ??= this.writeSpec()
    return this.prepared
  }

  async writeSpec() {
    let source = this.chain
    if (this.genesis) {
      const spec = JSON.parse(await engram('export-chain-spec', '--chain', source))
      const genesis = spec.genesis.runtimeGenesis
      genesis.patch = merge(genesis.patch, this.genesis)
      source = join(this.path, 'edited.json')
      writeFileSync(source, JSON.stringify(spec))
    }
    const raw = await engram('export-chain-spec', '--raw', '--chain', source)
    this.chain = join(this.path, 'spec.json')
    writeFileSync(this.chain, raw)
  }

  node(name, options = {}) {
    const node = new Node(this, name, options)
    this.nodes.push(node)
    return node
  }

  async stop({ keep = false } = {}) {
    await Promise.all(this.nodes.map((node) => node.stop()))
    if (!keep) rmSync(this.path, { recursive: true, force: true })
  }
}
