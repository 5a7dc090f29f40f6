// What must have happened for the story to be true, checked on the summary of the demo as it is written to disk.
import { FEATURES } from './digits.mjs'

export const CHEATER = 'worker mallory'

function check(condition, what) {
  if (!condition) throw new Error(`the story went wrong: ${what}`)
}

const sum = (amounts) => amounts.reduce((total, amount) => total + BigInt(amount), 0n)

function same(found, wanted, what) {
  check(found === wanted, `${what}: ${found}, not ${wanted}`)
}

const only = (list, what) => {
  same(list.length, 1, `how many there are of ${what}`)
  return list[0]
}

/** Every job's money is on hold for it, and its worker is drawn by a later block's beacon output. */
function ordersHold({ orders, draws }) {
  for (const { job, block, fee, reserve, guarantee, draw_at, on_hold } of orders) {
    check(BigInt(fee) > 0n, `job ${job} costs nothing`)
    check(BigInt(guarantee) > 0n, `job ${job} has no guarantee that its inputs are served`)
    same(BigInt(on_hold), sum([fee, reserve, guarantee]), `what is on hold for job ${job}`)
    const drawn = draws.filter((draw) => draw.job === job)
    check(drawn.length > 0, `job ${job} was never assigned`)
    check(draw_at > block && drawn.every((draw) => draw.block >= draw_at), `job ${job} was drawn too early`)
    same(new Set(drawn.map((draw) => draw.worker)).size, drawn.length, `the workers that job ${job} was given to`)
  }
}

/** Four contributors, and one part of which half the labels are wrong. */
function dataIsThere({ contributions, held_out_rows, rows_in_all }) {
  same(contributions.length, 4, 'the contributions')
  same(new Set(contributions.map(({ owner }) => owner)).size, 4, 'their owners')
  same(contributions.reduce((rows, part) => rows + part.rows, held_out_rows), rows_in_all, 'the rows of all parts')
  const flipped = only(contributions.filter((part) => part.flipped_labels > 0), 'parts with flipped labels')
  same(flipped.flipped_labels, Math.ceil(flipped.rows / 2), 'the flipped labels')
}

/** Each attempt at a training job: who committed was drawn, enough is opened, and nobody judges itself. */
function checksAreSound({ orders, draws, commitments, verdicts }) {
  for (const { job, attempt, executor, opened, verifiers } of verdicts) {
    const here = (record) => record.job === job && record.attempt === attempt
    const order = only(orders.filter((o) => o.job === job), `orders of job ${job}`)
    same(only(draws.filter(here), `draws of job ${job}`).worker, executor, `the executor of job ${job}`)
    const commitment = only(commitments.filter(here), `commitments to job ${job}, attempt ${attempt}`)
    same(commitment.executor, executor, `who committed to job ${job}`)
    check(order.segments >= 16, `job ${job} has ${order.segments} segments`)
    check(new Set(opened).size === opened.length && opened.length >= 4, `${opened.length} segments of job ${job} are opened`)
    check(opened.every((segment) => segment < order.segments), `a segment of job ${job} does not exist`)
    const who = verifiers.map((verifier) => verifier.who)
    check(who.length > 0 && new Set(who).size === who.length, `the verifiers of job ${job} are ${who.join(', ')}`)
    check(!who.includes(executor), `${executor} verified its own work on job ${job}`)
  }
}

/** Executor, verifiers, cut and refund are the whole of what was on hold. */
function moneyAddsUp({ orders, rejections, settlements, verdicts }) {
  for (const { job, executor, paid, verifiers, burned, treasury, author, refunded } of settlements) {
    const { fee, reserve, guarantee } = only(orders.filter((order) => order.job === job), `orders of job ${job}`)
    const before = rejections.filter((rejection) => rejection.job === job).flatMap((rejection) => rejection.verifiers)
    const amounts = (payments) => payments.map(({ amount }) => amount)
    same(
      sum([paid, ...amounts(verifiers), burned, treasury, author, refunded, ...amounts(before)]),
      sum([fee, reserve, guarantee]),
      `what job ${job} paid`,
    )
    const last = verdicts.filter((verdict) => verdict.job === job).at(-1)
    same(last.outcome, 'Verified', `the last check of job ${job}`)
    same(executor, last.executor, `who was paid for job ${job}`)
    check(BigInt(paid) > 0n, `${executor} got nothing for job ${job}`)
    check(verifiers.length > 0, `nobody was paid to verify job ${job}`)
    for (const { who, amount } of verifiers) {
      check(BigInt(amount) > 0n && last.verifiers.some((v) => v.who === who && v.agrees === true), `${who} was paid to verify job ${job}`)
    }
  }
}

/** Every payout is listed: with what was burned and given back they are what was on hold, to the base unit. */
function payoutsAreWhole({ orders, payouts, settlements, answered, cheater }) {
  for (const { job, on_hold } of orders) {
    const { burned, refunded } = only([...settlements, ...answered].filter((end) => end.job === job), `ends of job ${job}`)
    const paid = payouts.filter((payout) => payout.job === job).map(({ amount }) => amount)
    same(sum([...paid, burned, refunded]), BigInt(on_hold), `what job ${job} paid out`)
  }
  const compensations = payouts.filter((payout) => payout.job === null)
  check(compensations.length >= 2, `${compensations.length} compensations came out of the bond`)
  check(sum(compensations.map(({ amount }) => amount)) <= BigInt(cheater.slashed[0].amount), 'more came out of the bond than it lost')
}

/** The first job: trained by one worker, replayed by another over the network, and settled. */
function trainingIsChecked(summary) {
  const { orders, verdicts, settlements, commitments, weights, check_transfer: transfer } = summary
  const { job, reserve, guarantee } = orders[0]
  const verdict = only(verdicts.filter((v) => v.job === job), `checks of job ${job}`)
  const verifier = only(verdict.verifiers, `verifiers of job ${job}`)
  check(verdict.slashed.length === 0, `somebody was slashed for job ${job}`)
  const { refunded } = only(settlements.filter((s) => s.job === job), `settlements of job ${job}`)
  same(BigInt(refunded), sum([reserve, guarantee]), `what job ${job} gave back`)

  same(summary.correct, verifier.correct, "the count of right rows on chain beside the verifier's")
  same(summary.accuracy, summary.correct / summary.held_out_rows, 'the accuracy')
  check(summary.accuracy >= 0.9, `the accuracy is ${summary.accuracy}`)

  const commitment = only(commitments.filter((c) => c.job === job), `commitments to job ${job}`)
  same(weights.cid, commitment.weights, 'the weights of the version')
  const [inputs, ...widths] = summary.model.widths
  same(inputs, FEATURES, 'the inputs of the model')
  const parameters = widths.reduce(({ from, count }, to) => ({ from: to, count: count + (from + 1) * to }), { from: inputs, count: 0 })
  same(weights.values, parameters.count, 'the values in the weights')
  check(summary.commitment_unsigned, 'the commitment was not submitted by an off-chain worker')

  same(transfer.executor.who, verdict.executor, 'who served the checkpoints')
  same(transfer.verifier.who, verifier.who, 'who fetched the checkpoints')
  const { segments } = orders[0]
  same(transfer.checkpoints, verdict.opened.length + (verdict.opened.includes(segments - 1) ? 0 : 1), 'the fetched checkpoints')
  const checkpoints = transfer.checkpoints * weights.bytes
  const { data, executor: { served }, verifier: { received } } = transfer
  const stored = Object.entries(summary.stored_before ?? {})
  check(stored.length > 0 && stored.every(([, artifacts]) => artifacts === 0), 'a worker had something in its store before the job')
  check(served >= checkpoints, `the executor served ${served} bytes, the checkpoints are ${checkpoints}`)
  check(data > 0 && received >= checkpoints + data, `the verifier received ${received} bytes, data and checkpoints are ${checkpoints + data}`)
  check(/\S/.test(summary.flipped_byte ?? ''), 'an artifact with a flipped byte was served')
}

/** What a row of the part with flipped labels was paid, beside the mean of the other parts. */
export function flippedPay({ contributions, claims }) {
  const perRow = contributions.map(({ id, rows }) => Number(claims.find(({ contribution }) => contribution === id)?.amount ?? 0) / rows)
  const flipped = contributions.findIndex((part) => part.flipped_labels > 0)
  const others = perRow.filter((_, i) => i !== flipped)
  return (perRow[flipped] * others.length) / others.reduce((total, pay) => total + pay, 0)
}

/** The answers, and what they brought to whom. */
function influenceIsPaid(summary) {
  const { orders, receipts, claims, contributions, draws, flipped_pay_ratio: ratio } = summary
  const order = only(orders.filter(({ kind }) => kind === 'inference'), 'inference jobs')
  const receipt = only(receipts, 'receipts')
  same(receipt.job, order.job, 'the answered job')
  same(receipt.worker, draws.filter((draw) => draw.job === order.job).at(-1).worker, 'who answered')
  same(receipt.fee, order.fee, 'the fee of the answers')
  same(sum(Object.values(receipt.parts)), BigInt(receipt.fee), 'the parts of the fee')
  check(BigInt(receipt.parts.worker) > 0n, 'the serving worker got nothing')
  same(summary.answers.rows, 100, 'the answers')
  check(summary.answers.right >= 85, `${summary.answers.right} answers are right`)
  check(summary.attribution_root.on_chain === summary.attribution_root.in_report, 'the report is not the one on chain')

  same(sum(claims.map(({ amount }) => amount)), BigInt(receipt.parts.contributors), 'what contributors claimed')
  same(BigInt(claims.at(-1).unpaid), 0n, 'what is left to claim')
  for (const { id, owner } of contributions) {
    const claim = only(claims.filter(({ contribution }) => contribution === id), `claims of contribution ${id}`)
    same(claim.owner, owner, `who claimed for contribution ${id}`)
    check(BigInt(claim.amount) > 0n, `${owner} earned nothing`)
  }
  const paid = flippedPay(summary)
  same(ratio.paid, paid, 'the ratio of pay by the claims on chain')
  check(paid <= 0.85, `flipped labels earn ${paid} per row`)
  const rows = contributions.map((part) => part.rows).join()
  for (const method of ['DataInf', 'ExactInverse']) {
    same(summary.rows_scored[method]?.join(), rows, `the rows that ${method} scores`)
    check(ratio.by_method[method] <= 0.85, `flipped labels earn ${ratio.by_method[method]} per row by ${method}`)
  }
  check(ratio.by_method.ExactInverse < ratio.by_method.DataInf, 'the exact inverse does not tell the flipped labels better')
}

/** The cheater held most of the bond, was caught by several, and another worker did the job. */
function cheaterIsCaught({ bonds, verdicts, settlements, commitments, jobs, cheater_slashed: slashed, cheater }) {
  check(slashed === true, 'the cheater was not slashed')
  const honest = Object.entries(bonds).filter(([who]) => who !== CHEATER)
  check(honest.length >= 4 && BigInt(bonds[CHEATER]) > sum(honest.map(([, bond]) => bond)), 'the cheater does not hold most of the bond')

  const refuted = only(verdicts.filter((v) => v.executor === CHEATER), 'checks of the cheater')
  same(cheater.job, refuted.job, 'the job of the cheater')
  same(refuted.outcome, 'Refuted', 'the check of the cheater')
  check(commitments.some((c) => c.executor === CHEATER && c.job === refuted.job), 'the cheater committed to nothing')
  check(refuted.verifiers.filter((v) => v.agrees === false).length >= 2, 'one word alone slashed the cheater')
  const loss = only(refuted.slashed, 'those slashed for the untrained weights')
  check(loss.who === CHEATER && BigInt(loss.amount) > 0n, `${loss.who} lost ${loss.amount}`)
  for (const { slashed: others, executor } of verdicts.filter((v) => v !== refuted)) {
    check(others.length === 0, `${others.map(({ who }) => who).join(', ')} lost bond over the work of ${executor}`)
  }

  check(jobs[refuted.job].some(({ state }) => state === 'requeued'), 'the job of the cheater was not given on')
  const second = only(verdicts.filter((v) => v.job === refuted.job && v.attempt === refuted.attempt + 1), 'second attempts')
  same(second.outcome, 'Verified', 'the second attempt')
  check(second.executor !== CHEATER, 'the cheater got the job again')
  const judges = refuted.verifiers.map((v) => v.who)
  check(!judges.includes(CHEATER) && !judges.includes(second.executor), 'a judge profits from its verdict')
  same(settlements.find((s) => s.job === refuted.job)?.executor, second.executor, 'who was paid for the job')
}

/** Throws unless every part of the story is in the summary, as it is in `demo-summary.json`. */
export function checkStory(summary) {
  check(summary.finalized > 0, 'nothing is finalized')
  same(BigInt(summary.issuance), BigInt(summary.sum_of_balances), 'the issuance beside the sum of balances')
  ordersHold(summary)
  dataIsThere(summary)
  checksAreSound(summary)
  moneyAddsUp(summary)
  trainingIsChecked(summary)
  influenceIsPaid(summary)
  cheaterIsCaught(summary)
  payoutsAreWhole(summary)
  for (const { job } of summary.orders) {
    const steps = summary.jobs[job] ?? []
    // A receipt is accepted and its job settled in one block, in either order.
    const last = steps.filter(({ block }) => block === steps.at(-1).block).map(({ state }) => state)
    check(last.includes('settled'), `the end of job ${job}: ${last.join(', ')}`)
    check(steps.every(({ block }, i) => i === 0 || block >= steps[i - 1].block), `the blocks of job ${job} are out of order`)
  }
}
