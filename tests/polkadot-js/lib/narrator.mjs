// Tells what happens on chain, and keeps what the summary shows.
import { tokens } from './chain.mjs'
import { cidToText } from './story.mjs'

const short = (cid) => `${cidToText(cid).slice(0, 16)}…`

export class Narrator {
  /** `say` prints a line. `traffic()` resolves with the bytes that each worker has served and received until now. */
  constructor(say, traffic) {
    Object.assign(this, { say, traffic, names: new Map(), owners: new Map(), models: new Map(), before: new Map() })
    this.summary = {
      finalized: 0, accuracy: null, verdicts: [], payouts: [], jobs: {}, cheater_slashed: false,
      orders: [], draws: [], commitments: [], rejections: [], settlements: [], receipts: [], answered: [], claims: [],
    }
  }

  name(account, name) {
    this.names.set(account.address, name)
  }

  named(address) {
    return this.names.get(address.toString()) ?? address.toString()
  }

  step(job, block, state) {
    const steps = (this.summary.jobs[job.toString()] ??= [])
    steps.push({ block, state })
  }

  /** Notes what somebody was paid of what was on hold for a job, or of somebody's bond. */
  payout(job, who, role, amount) {
    const value = BigInt(amount)
    if (value > 0n) this.summary.payouts.push({ job: job === null ? null : job.toNumber(), to: this.named(who), role, amount: value })
  }

  paid(payments) {
    return [...payments].map(([who, amount]) => ({ who: this.named(who), amount: amount.toBigInt() }))
  }

  /** Takes an event of a finalized block. */
  async handle({ section, method, data }, block) {
    const { summary } = this
    const line = (text) => this.say(`#${block} ${text}`)
    switch (`${section}.${method}`) {
      case 'jobs.TrainingRequested':
        this.step(data.job, block, 'requested')
        summary.orders.push({
          job: data.job.toNumber(), kind: 'training', block, fee: data.fee.toBigInt(), reserve: data.reserve.toBigInt(),
          guarantee: data.guarantee.toBigInt(), draw_at: data.drawAt.toNumber(),
        })
        line(`training job ${data.job}: ${tokens(data.fee)}, a reserve of ${tokens(data.reserve)} and a guarantee of ` +
          `${tokens(data.guarantee)} are in escrow`)
        break
      case 'jobs.InferenceRequested':
        this.step(data.job, block, 'requested')
        summary.orders.push({
          job: data.job.toNumber(), kind: 'inference', block, fee: data.fee.toBigInt(), reserve: 0n,
          guarantee: data.guarantee.toBigInt(), draw_at: data.drawAt.toNumber(),
        })
        line(`inference job ${data.job}: ${tokens(data.fee)} and a guarantee of ${tokens(data.guarantee)} are in escrow`)
        break
      case 'jobs.JobAssigned':
        this.step(data.job, block, `assigned to ${this.named(data.worker)}`)
        summary.draws.push({ job: data.job.toNumber(), attempt: data.attempt.toNumber(), worker: this.named(data.worker), block })
        line(`the beacon gives job ${data.job}, attempt ${data.attempt}, to ${this.named(data.worker)}`)
        break
      case 'learning.Committed':
        this.step(data.job, block, 'committed')
        summary.commitments.push({
          job: data.job.toNumber(), attempt: data.attempt.toNumber(), executor: this.named(data.executor), block,
          root: data.root.toHex(), weights: cidToText(data.finalWeights),
        })
        line(`${this.named(data.executor)} commits to its training: root ${data.root.toHex().slice(0, 18)}…, weights ${short(data.finalWeights)}`)
        // No verifier is drawn yet. When one is, its worker may be faster than whoever follows finalized blocks.
        this.before.set(data.job.toNumber(), await this.traffic())
        break
      case 'learning.SegmentsDrawn':
        line(`the beacon opens segments ${data.segments.map((s) => s.toString()).join(', ')} of job ${data.job}`)
        break
      case 'learning.VerifierDrawn':
        line(`the beacon draws ${this.named(data.verifier)} to verify job ${data.job}, round ${data.round}`)
        break
      case 'learning.VerdictCommitted':
        line(`${this.named(data.verifier)} has replayed job ${data.job} and commits to a verdict`)
        break
      case 'learning.InteriorDrawn':
        line(`interior steps ${data.interior.map((s) => s.toString()).join(', ')} are drawn`)
        break
      case 'learning.Disputed':
        line(`${this.named(data.verifier)} disagrees with the executor of job ${data.job}: two more verifiers are drawn`)
        break
      case 'learning.CheckFinished':
        this.checked(data, block)
        line(`job ${data.job} is checked: ${data.summary.outcome.type.toLowerCase()}`)
        break
      case 'workers.Slashed':
        line(`${this.named(data.worker)} loses ${tokens(data.taken)} of its bond, of which those who proved it get ` +
          `${data.compensated.map(([who, amount]) => `${this.named(who)} ${tokens(amount)}`).join(', ') || 'nothing'}`)
        for (const [who, amount] of data.compensated) this.payout(null, who, `out of the bond of ${this.named(data.worker)}`, amount)
        break
      case 'jobs.TrainingRejected':
        this.step(data.job, block, 'rejected')
        summary.rejections.push({
          job: data.job.toNumber(), attempt: data.attempt.toNumber(), worker: this.named(data.worker), verifiers: this.paid(data.verifiers),
        })
        for (const [who, amount] of data.verifiers) this.payout(data.job, who, 'verifier', amount)
        break
      case 'jobs.JobRequeued':
        this.step(data.job, block, 'requeued')
        line(`job ${data.job} waits for another worker`)
        break
      case 'models.ModelRegistered':
        this.owners.set(data.model.toNumber(), data.owner)
        break
      case 'models.VersionRecorded':
        this.models.set(data.version.toNumber(), data.model.toNumber())
        line(`model ${data.model} has version ${data.version}: ${data.correct} of ${data.heldOutRows} held-out rows are right`)
        break
      case 'jobs.TrainingSettled':
        this.step(data.job, block, 'settled')
        this.payout(data.job, data.worker, 'executor', data.paid)
        for (const [who, amount] of data.verifiers) this.payout(data.job, who, 'verifier', amount)
        this.payout(data.job, 'treasury', 'of the cut', data.treasury)
        if (data.author.isSome) this.payout(data.job, data.author.unwrap()[0], 'author of the block', data.author.unwrap()[1])
        summary.settlements.push({
          job: data.job.toNumber(), executor: this.named(data.worker), paid: data.paid.toBigInt(), verifiers: this.paid(data.verifiers),
          burned: data.burned.toBigInt(), treasury: data.treasury.toBigInt(),
          author: data.author.isSome ? data.author.unwrap()[1].toBigInt() : 0n, refunded: data.refunded.toBigInt(),
        })
        line(`job ${data.job} is settled: ${this.named(data.worker)} gets ${tokens(data.paid)}, ` +
          `${data.verifiers.map(([who, amount]) => `${this.named(who)} ${tokens(amount)}`).join(', ')}, ` +
          `${tokens(data.burned)} burned, ${tokens(data.refunded)} refunded`)
        break
      case 'attribution.ReceiptAccepted':
        this.step(data.job, block, 'served')
        this.payout(data.job, data.worker, 'serving worker', data.parts.worker)
        this.payout(data.job, this.owners.get(this.models.get(data.version.toNumber())), 'owner of the model', data.parts.model)
        this.payout(data.job, "stakers' pot", 'stakers', data.parts.stakers)
        this.payout(data.job, 'treasury', 'of the cut', data.parts.treasury)
        if (data.author.isSome) this.payout(data.job, data.author.unwrap(), 'author of the block', data.parts.author)
        summary.receipts.push({
          job: data.job.toNumber(), worker: this.named(data.worker), fee: data.fee.toBigInt(),
          parts: Object.fromEntries([...data.parts].map(([part, amount]) => [part, amount.toBigInt()])),
        })
        line(`job ${data.job} is answered: fee ${tokens(data.fee)} = worker ${tokens(data.parts.worker)} + model ${tokens(data.parts.model)} + ` +
          `stakers ${tokens(data.parts.stakers)} + contributors ${tokens(data.parts.contributors)} + cut`)
        break
      case 'jobs.InferenceSettled':
        this.step(data.job, block, 'settled')
        summary.answered.push({ job: data.job.toNumber(), burned: data.burned.toBigInt(), refunded: data.refunded.toBigInt() })
        break
      case 'attribution.PayoutClaimed':
        this.payout(data.job, data.owner, 'contributor', data.amount)
        summary.claims.push({
          job: data.job.toNumber(), owner: this.named(data.owner), contribution: data.contribution.toNumber(),
          amount: data.amount.toBigInt(), unpaid: data.unpaid.toBigInt(),
        })
        line(`${this.named(data.owner)} claims ${tokens(data.amount)} for job ${data.job}`)
        break
      case 'jobs.JobFailed':
      case 'jobs.JobVoided':
        this.step(data.job, block, method)
        line(`job ${data.job}: ${method} ${data.reason ?? ''}`)
        break
      case 'jobs.DeadlineMissed':
      case 'learning.DeadlineMissed':
        line(`${this.named(data.worker)} missed a deadline of job ${data.job}`)
        break
      default:
        if (method === 'Unexpected') throw new Error(`${section}.${method}: ${JSON.stringify(data.toHuman())}`)
    }
  }

  checked({ job, attempt, summary }, block) {
    const { executor, segments, verdicts, slashed, outcome } = summary
    this.step(job, block, `check: ${outcome.type.toLowerCase()}`)
    const correctOf = (verdict) =>
      verdict.isSome && verdict.unwrap().isReplayed ? verdict.unwrap().asReplayed.correct.unwrapOr(null)?.toNumber() ?? null : null
    this.summary.verdicts.push({
      job: job.toNumber(),
      attempt: attempt.toNumber(),
      executor: this.named(executor),
      outcome: outcome.type,
      opened: segments.map((segment) => segment.toNumber()),
      verifiers: verdicts.map((v) => ({
        who: this.named(v.verifier), round: v.round.toNumber(), verdict: v.verdict.toHuman(), correct: correctOf(v.verdict),
        agrees: v.agrees.toHuman(),
      })),
      slashed: slashed.map((s) => ({ who: this.named(s.who), amount: s.taken.toBigInt() })),
    })
  }
}
