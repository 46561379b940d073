import type { Rates } from '../chance.js';
import type { Shop } from '../shops.js';
import { COMMITS } from './commits.js';
import { DOORS } from './doors.js';
import { EDGES } from './edges.js';
import { EVENTS } from './events.js';
import { HOUSE } from './house.js';
import { RELAYS } from './relays.js';
import { REPORTS } from './reports.js';

/** A mistake that a good engineer could make, as a change of the product's text. */
export interface Patch {
  readonly name: string;
  /** The end of the path of the one file that it changes. */
  readonly file: string;
  readonly changes: readonly { readonly find: string; readonly put: string }[];
  /** Looked for in shops of this kind only. */
  readonly shop?: Shop;
  /** The storm finds it in the seeds 1 to this. */
  readonly within: number;
  /** In place of what a seed draws for these: what lies behind something rare is looked for where that is common. */
  readonly rates?: Partial<Rates>;
}

function patch(name: string, file: string, within: number, ...texts: readonly [string, string][]): Patch {
  return { name, file, within, changes: texts.map(([find, put]) => ({ find, put })) };
}

/** Somebody looks after what is owed every twenty seconds. */
function resolved(one: Patch): Patch {
  return { ...one, rates: { owedResolved: 180 } };
}

export const PATCHES: readonly Patch[] = [
  patch(
    'act before the journal',
    'src/terminal/sale-processor.ts',
    10,
    ['    this.#commit(work, cause);\n', ''],
    ['    this.#after(decision);\n', '    this.#after(decision);\n    this.#commit(work, cause);\n'],
  ),
  patch('answer that is not journalled', 'src/terminal/sale-processor.ts', 10, [
    'this.#commit(work, cause);',
    'this.#commit({ ...work, answers: [] }, cause);',
  ]),
  patch('go on after a failed commit', 'src/journal/group-commit.ts', 40, [
    '      throw (thrown as { code?: unknown }).code === undefined ? thrown : failure(thrown);',
    '      if ((thrown as { code?: unknown }).code === undefined) throw thrown;\n      return undefined as T;',
  ]),
  patch('acknowledge a notice before it is journalled', 'src/terminal/terminal.ts', 10, [
    "notice: (notice) => this.#events.post({ on: 'notice', notice }),",
    "notice: (notice) => void Promise.resolve().then(() => this.#events.post({ on: 'notice', notice })).catch(() => undefined),",
  ]),
  patch('charge again after a restart', 'src/core/sale/resume.ts', 20, [
    "    case 'charging':\n",
    "    case 'charging':\n      return step(sale, state, [{ do: 'charge' }]);\n",
  ]),
  patch('a lost answer is a failure', 'src/core/sale/charging.ts', 20, [
    "return step(sale, { at: 'chargeUnknown', misses: 0, absent: 0, code }, [",
    "return step(sale, { at: 'refused', code }, [{ do: 'cancelTimers' }, ...tellSource(sale, { result: 'failed', code })]);\n      return step(sale, { at: 'chargeUnknown', misses: 0, absent: 0, code }, [",
  ]),
  patch('asked 2 and 5 s apart while it is being closed', 'src/core/sale/cadence.ts', 60, [
    'const BACKOFF_MS: readonly number[] = [',
    'const BACKOFF_MS: readonly number[] = [2_000, 5_000,',
  ]),
  patch('each 412 is looked into at once', 'src/core/sale/closing.ts', 400, [
    '  if (state.tries > 0) return pause(sale, state);',
    '  if (state.tries > 3) return pause(sale, state);',
  ]),
  patch('a notice of a refund leaves the next look where it was', 'src/core/sale/refund-news.ts', 200, [
    "    { do: 'cancelTimers', timers: ['refund'] },\n",
    '',
  ]),
  patch('forget to ask again', 'src/core/sale/closing.ts', 20, [
    "[startTimer('look', retryAfterMs(tries))]",
    '[]',
  ]),
  patch('trust a notice', 'src/core/sale/paying.ts', 10, [
    '  if (state.followedHint === hint)',
    "  if (hint === 'settlement')\n    return step(sale, { at: 'delivering', step: 'telling', again: false }, [{ do: 'cancelTimers' }, { do: 'deliver', again: false }]);\n  if (state.followedHint === hint)",
  ]),
  patch('trust a notice while the status lags', 'src/core/sale/paying.ts', 20, [
    "  if (outcome.kind === 'evidence') {\n    const { evidence } = outcome;\n",
    "  if (outcome.kind === 'evidence') {\n    const evidence = state.followedHint === 'settlement' ? { ...outcome.evidence, status: 'settlement' as const } : outcome.evidence;\n",
  ]),
  patch('believe an answer about another order', 'src/core/sale/evidence-rank.ts', 40, [
    'export function mismatch(sale: Sale, evidence: Evidence): string | undefined {\n',
    'export function mismatch(sale: Sale, evidence: Evidence): string | undefined {\n  if (evidence.currency) return undefined;\n',
  ]),
  patch('show a QR unchecked', 'src/core/sale/paying.ts', 60, [
    '  if (!checked.ok) {',
    '  if (!checked.ok && sale.amount < 0) {',
  ]),
  patch('a fee on top in the QR', 'src/core/sale/emv.ts', 60, [
    '  if (more.length > 0)',
    '  if (more.length > 9)',
  ]),
  patch('a QR for somebody else', 'src/core/sale/paying.ts', 100, [
    'answered: sale.evidence?.merchantId',
    'answered: undefined',
  ]),
  patch('paid to somebody else', 'src/core/sale/settlement.ts', 200, [
    'const payee = otherPayee(sale, evidence);',
    "const payee = otherPayee(sale, { ...evidence, merchantId: '' });",
  ]),
  patch('a QR for two', 'src/core/sale/emv.ts', 100, [
    '  if (accounts.length > 1)',
    '  if (accounts.length > 9)',
  ]),
  patch('another amount of our own order is silence', 'src/core/sale/evidence-rank.ts', 60, [
    '  const paid = isSettled(sale) ? sale.evidence : undefined;\n',
    "  const paid = isSettled(sale) ? sale.evidence : undefined;\n  if (evidence.amount !== sale.amount) return 'another amount';\n",
  ]),
  patch('another amount is delivered', 'src/core/sale/settlement.ts', 200, [
    '  if (other !== undefined) {',
    '  if (other !== undefined && sale.amount < 0) {',
  ]),
  patch('a fee is another amount', 'src/core/sale/paid-amount.ts', 60, [
    'return evidence.amount === amount || evidence.amount - (evidence.customerFee ?? 0) === amount;',
    'return evidence.amount === amount;',
  ]),
  patch('the fee stays with the shop', 'src/core/sale/refunding.ts', 400, [
    'amount: paidOf(sale), reason',
    'amount: sale.amount, reason',
  ]),
  patch('nobody looks after the watch', 'src/core/sale/settled-and-closed.ts', 1000, [
    'late ?? firstLate(now.wallMs)',
    'late',
  ]),
  patch('the first rare look is the last', 'src/core/sale/late.ts', 1000, [
    'const afterMs = LATE_LOOKS_MS[looks];',
    'const afterMs = looks === 0 ? 1 : undefined;',
  ]),
  patch('four times absent is never charged, although the QR was shown', 'src/core/sale/closing.ts', 200, [
    'absent >= ABSENT_IS_FINAL && sale.evidence === undefined',
    'absent >= ABSENT_IS_FINAL',
  ]),
  ...inShop('json register', [
    patch('cancel without the gateway', 'src/core/sale/paying.ts', 60, [
      "return giveUp(sale, 'cancelled', rules, undefined);",
      "return close(sale, 'cancelled', { result: 'cancelled' });",
    ]),
  ]),
  patch('expire without the gateway', 'src/core/sale/paying.ts', 10, [
    "return giveUp(sale, 'timedOut', rules, undefined);",
    "return close(sale, 'expired', { result: 'expired' });",
  ]),
  patch('412 is a closed charge', 'src/core/sale/closing.ts', 20, [
    "    case 'cannotModify':\n",
    "    case 'cannotModify':\n      return close(sale, 'cancelled', resultFor(state, { result: 'cancelled' }));\n",
  ]),
  patch('a close without an answer is done', 'src/core/sale/closing.ts', 20, [
    "    case 'unknown': {\n      const { fault } = outcome;\n",
    "    case 'unknown': {\n      const { fault } = outcome;\n      if (asked === 'closeAnswered') return close(sale, 'cancelled', resultFor(state, { result: 'cancelled' }));\n",
  ]),
  patch('drop a late settlement', 'src/core/sale/settled-and-closed.ts', 60, [
    '    if (money !== undefined) return money;\n    // A charge that we took',
    "    if (money !== undefined) return ignored('closed');\n    // A charge that we took",
  ]),
  ...inShop('counter', [
    patch('do not watch what was closed', 'src/core/sale/transition.ts', 200, [
      "if ((how === 'denied' && sale.evidence === undefined) || first === undefined)",
      'if (first !== 0)',
    ]),
  ]),
  patch('nobody is told "unknown"', 'src/core/sale/closing.ts', 40, [
    "effects.push(startTimer('patience', rules.unknownAfterMs));\n",
    'effects.push();\n',
  ]),
  patch('a closed sale keeps the terminal occupied', 'src/terminal/sale-processor.ts', 20, [
    'else if (mine) this.#open = undefined;',
    "else if (mine && sale.state.at !== 'closed') this.#open = undefined;",
  ]),
  patch('one idempotency key for all', 'src/relay/front.ts', 10, [
    "{ 'Idempotency-Key': key };",
    "{ 'Idempotency-Key': operation === 'charge' ? 'T1-ch' : key };",
  ]),
  patch("the charge's key on a cancel", 'src/midtrans/client.ts', 10, [
    "headers: { 'Idempotency-Key': idempotencyKey(operation, orderId) },",
    `headers: { 'Idempotency-Key': \`\${orderId}-ch\` },`,
  ]),
  patch('a repeated request charges again', 'src/core/source/register-session.ts', 20, [
    'if (again !== undefined) return again;\n  const sold =',
    "if (again?.do === 'wait') return again;\n  const sold =",
  ]),
  ...inShop('counter', [
    patch('an answer that nobody asked for', 'src/terminal/register-desk.ts', 20, [
      'if (question?.waits === true && answer !== undefined)',
      'if (question !== undefined && answer !== undefined)',
    ]),
    patch('silence of whoever never says anything is no answer', 'src/core/source/same-request.ts', 20, [
      'return !everAcknowledged && silent && !lately;',
      'return false;',
    ]),
    patch('silence on a line that fell is an answer', 'src/journal/answers.ts', 60, [
      "row?.met === 'silent'",
      'row?.met != null',
    ]),
    patch('a question that crossed its answer is answered at once', 'devices/kit/frame-exchange.ts', 60, [
      'const isWaiting =\n      this.#resolve !== undefined &&',
      'const isWaiting =\n      this.#resolve === undefined &&',
    ]),
    patch('an assumed answer waits for its ACK', 'devices/register/fixed-frame/driver.ts', 60, [
      'assumed ? Math.min(ackWaitMs, CROSSING_MS) : ackWaitMs',
      'ackWaitMs',
    ]),
    resolved(
      patch('what a person saw to is told as "no such sale"', 'devices/register/fixed-frame/codes.ts', 400, [
        "seenTo: row('00', '00',",
        "seenTo: row('aa', 'ER',",
      ]),
    ),
    patch('assumed is also what did not get through', 'src/terminal/register-desk.ts', 200, [
      "(outcome === 'silent' && assumed)",
      "((outcome === 'silent' || outcome === 'gone') && assumed)",
    ]),
  ]),
  patch('silence is an acknowledgement', 'src/terminal/register-desk.ts', 40, [
    'HEARD.includes(outcome) || (',
    "HEARD.includes(outcome) || outcome === 'silent' || (",
  ]),
  ...inShop('json register', [
    patch('what a person resolved is told as cancelled', 'src/core/source/register-result.ts', 400, [
      "  delivered: 'handedOver',\n  other: 'seenTo',",
      "  delivered: 'cancelled',\n  other: 'cancelled',",
    ]),
  ]),
  patch('a second sale at the counter', 'src/core/source/register-session.ts', 10, [
    "  if (view.open !== undefined) return answer({ result: 'busy' });\n",
    '',
  ]),
  patch('sell although not ready', 'src/core/source/register-session.ts', 20, [
    'if (!view.readiness.ready) {',
    'if (!view.readiness.ready && view.last === undefined) {',
  ]),
  patch('the original receipt twice', 'src/core/sale/slip-job.ts', 60, [
    "return spoiltBy(job, 'the terminal stopped while it was being printed', event.topAlone);",
    "return { ...job, state: 'queued' };",
  ]),
  patch('a slip that waits for no QR any more', 'src/terminal/slip-desk.ts', 20, [
    'if (begun === undefined || awaitsQr(sale) || slips.some(',
    "if (begun === undefined || sale.state.at !== 'closed' || slips.some(",
  ]),
  patch('half an amount stays', 'src/terminal/customer-desk.ts', 20, [
    'if (present || (this.#entry ?? this.#choosing)?.pad !== pad) return;',
    'if (present || (this.#entry ?? this.#choosing)?.pad !== undefined) return;',
  ]),
  ...inShop('counter', [
    patch('digits that find no room are dropped', 'src/core/source/entry.ts', 100, [
      "  return { kind: 'typing', entry: { pad, amount, cut: true }, hint: 'tooLarge' };",
      "  return typing(pad, amount, 'tooLarge');",
    ]),
  ]),
  patch('the rest of an amount is one', 'src/terminal/customer-desk.ts', 100, [
    'if (this.#isRest(pad, key)) return undefined;',
    "if (this.#isRest(pad, key) && key === 'cancel') return undefined;",
  ]),
  patch('200 before the broker has it', 'src/relay/door.ts', 10, [
    "return plainAnswer(502, 'try again',",
    "return plainAnswer(200, 'try again',",
  ]),
  patch('a replayed notice is written down each time', 'src/terminal/notice-intake.ts', 20, [
    'if (journal.sawNotice(key)) return',
    'if (journal.sawNotice(notice.id)) return',
  ]),
  patch('PUBACK before the handler', 'src/mqtt/connection.ts', 10, [
    '    try {\n      const taking = this.#handlers.arrived(',
    '    done();\n    try {\n      const taking = this.#handlers.arrived(',
  ]),
  patch('a half-open link is never noticed', 'src/mqtt/connection.ts', 60, [
    'if (silentMs >= 2 * keepaliveMs)',
    'if (silentMs < 0)',
  ]),
  patch('give up after a refused session', 'src/mqtt/dialler.ts', 200, [
    'if (delayMs === 0) this.#dial(next.clean);',
    "if (delayMs === 0) this.#dial(next.clean);\n    else if (ending.at === 'refused') return;",
  ]),
  patch('refund what may have been handed over', 'src/core/sale/refunding.ts', 60, [
    "if ((state.why === 'deliveryUnknown' || again) && !rules",
    "if (state.why === 'deliveryUnknown' && rules.refund.reason === '' && !rules",
  ]),
  patch('a refused refund was made', 'src/core/sale/refunding.ts', 200, [
    "if (state.refusal !== undefined) return backToList(sale, state, 'rejected', state.refusal);",
    'if (state.refusal !== undefined) return done(sale, state, evidence, now);',
  ]),
  patch('news of a refund is asked about once', 'src/core/sale/refund-news.ts', 400, [
    'return step({ ...sale, refundNews: { ...refundNews, misses } }, sale.state, [later(misses)]);',
    'if (misses > 0) return step(heard, sale.state, []);',
  ]),
  patch('news of a refund does not outlive a power cut', 'src/core/sale/resume.ts', 900, [
    "      if (sale.refundNews !== undefined) return step(sale, state, [{ do: 'askStatus' }]);",
    '',
  ]),
  patch('a late settlement counts where it was closed', 'src/journal/statements.ts', 200, [
    'shift = coalesce(?, shift, ?),',
    'shift = coalesce(shift, ?, ?),',
  ]),
  patch('a further part that goes back is nothing new', 'src/core/sale/evidence-rank.ts', 60, [
    '  return backIn(fresh) > backIn(known);\n}\n\n/** Keeps',
    '  return false;\n}\n\n/** Keeps',
  ]),
  patch('what goes back of a closed shift moves in none', 'src/journal/schema.ts', 60, [
    '(OLD.delivered <> NEW.delivered OR OLD.refunded <> NEW.refunded OR OLD.owed <> NEW.owed OR OLD.other <> NEW.other)',
    'OLD.owed <> NEW.owed',
  ]),
  patch('what goes back of what was delivered is not written', 'src/journal/journal.ts', 100, [
    'const sameMoney = before?.evidence === sale.evidence || !isSettled(sale);',
    "const sameMoney = sale.state.at !== 'resolved' || before?.state.at === 'resolved';",
  ]),
  patch('a comparison tells the terminal nothing', 'src/control/reconcile.ts', 400, [
    "  terminal.tell(sale.orderId, { type: 'statusAnswered', outcome });\n",
    '',
  ]),
  patch('the owed list is carried over as it was', 'src/journal/shifts.ts', 40, [
    "this.#statements.of('carry').run(number, report.owed.sum);",
    "this.#statements.of('carry').run(number, report.owedBefore ?? 0);",
  ]),
  patch('a step that stays where it was is not written', 'src/journal/journal.ts', 300, [
    'if (before.state !== state || before.evidence !== evidence || before.refundNews !== refundNews)',
    'if (before.state.at !== state.at)',
  ]),
  patch('memory is ahead of the disk', 'src/journal/journal.ts', 10, [
    '    this.#group.write(\n      () => this.#writeAll(commit),\n',
    '    for (const sale of commit.sales ?? []) this.#recent.keep(sale);\n    this.#group.write(\n      () => this.#writeAll(commit),\n',
  ]),
  ...inShop('json register', [
    patch('a reference names another amount as well', 'src/core/source/register-session.ts', 20, [
      'if (isOther || !isSameTill(named, till)) return answer(',
      'if (isOther) return undefined;\n  if (!isSameTill(named, till)) return answer(',
    ]),
    patch('the shift is closed twice for one question', 'src/core/source/register-session.ts', 600, [
      "if (heard?.result === 'shiftClosed' && !heard.acknowledged && shiftIsEmpty)",
      "if (heard?.result === 'shiftClosed' && heard.acknowledged && shiftIsEmpty)",
    ]),
    patch('a refund under two keys', 'src/core/sale/refunding.ts', 60, [
      "  const again: Refunding = { ...state, step: 'ask' };",
      `  const again: Refunding = { ...state, step: 'ask', refundKey: \`\${state.refundKey}\${state.tries}\` };`,
    ]),
    patch(
      'a refund under a key that is on no disk',
      'src/core/sale/refunding.ts',
      60,
      [
        'const effects = [...made.effects, request(sale, refunding, rules.refund.reason)];',
        `const effects = [...made.effects, request(sale, { ...refunding, refundKey: \`\${refunding.refundKey}2\` }, rules.refund.reason)];`,
      ],
      [
        "return step(sale, refunding, [{ do: 'cancelTimers' }, request(sale, refunding, rules.refund.reason)]);",
        `return step(sale, refunding, [{ do: 'cancelTimers' }, request(sale, { ...refunding, refundKey: \`\${refunding.refundKey}2\` }, rules.refund.reason)]);`,
      ],
    ),
    patch('a refund that has begun is told as made', 'src/core/source/register-result.ts', 600, [
      "    case 'refunding':\n      return { result: 'unknown', sale: told };",
      "    case 'refunding':\n      return { result: 'refunded', sale: told };",
    ]),
  ]),
  ...inShop('vtk machine', [
    patch(
      'a number of its own is a name',
      'devices/vending/vendotek/operation.ts',
      60,
      ['return isGivenNumber(Number(key.number)) ? plain :', 'return fresh !== undefined ? plain :'],
      ['return !isGivenNumber(Number(number));', 'return isGivenNumber(-1) && number !== undefined;'],
    ),
    patch('approve a number that was denied', 'src/core/source/vending-session.ts', 60, [
      "      return { do: 'deny', orderId, denial: closedDenial(state) };",
      "      return closedDenial(state).why === 'busy' ? { do: 'deny', orderId, denial: closedDenial(state) } : { do: 'vendAgain', orderId };",
    ]),
    patch('a repeated number is another request', 'src/core/source/vending-session.ts', 20, [
      '  if (view.before !== undefined) return again(',
      '  if (view.before !== undefined && occupiesTerminal(view.before)) return again(',
    ]),
    patch('aborted after it was paid is a failed vend', 'devices/vending/vendotek/session.ts', 200, [
      "        sale.told ? 'unknown' : 'failed',\n        `E",
      "        'failed',\n        `E",
    ]),
    patch('a result of nothing is a success', 'devices/vending/vendotek/result.ts', 20, [
      "if (amount === 0)\n    return { vend: 'failed',",
      "if (amount === 0)\n    return { vend: 'done',",
    ]),
  ]),
  ...inShop('mdb machine', [
    patch('vend again after a restart', 'src/core/sale/resume.ts', 400, [
      "return owe(sale, 'deliveryUnknown', 'settled, and a power cut hides whether the machine vended', now);",
      "return step(sale, { ...state, step: 'telling', again: true }, [{ do: 'deliver', again: true }]);",
    ]),
    patch('cancelled after it was paid is a failed vend', 'devices/vending/mdb-qibixx/session.ts', 200, [
      `if (state.at === 'paid')\n    return unanswered(state.wanted, \`E\${FAULT.goodsUnknown} cancelled at the machine after it was paid\`);`,
      "if (state.at === 'paid')\n    return { state: { at: 'settling' }, effects: [settled(state.wanted, 'failed', 'cancelled'), waits(SETTLE_MS)] };",
    ]),
    patch('no report on the goods is a success', 'devices/vending/mdb-qibixx/session.ts', 20, [
      "effects: [noted('warn', why), settled(wanted, 'unknown', why), waits(SETTLE_MS), ...more],",
      "effects: [noted('warn', why), settled(wanted, 'done', why), waits(SETTLE_MS), ...more],",
    ]),
  ]),
  ...inShop('coin machine', [
    patch('pulses are emitted again after a crash', 'src/core/sale/resume.ts', 60, [
      "return owe(sale, 'deliveryUnknown', 'settled, and a power cut hides whether the machine vended', now);",
      "return step(sale, { ...state, step: 'telling', again: true }, [{ do: 'deliver', again: true }]);",
    ]),
    patch('whatever gpioset complains of, no pulse left', 'devices/vending/pulse/emitter.ts', 20, [
      'code !== 0 && lines.every((line) => NOT_GIVEN.test(line))',
      'code !== 0',
    ]),
    patch('half a train is no train', 'devices/vending/pulse/driver.ts', 20, [
      `        return { vend: 'unknown', detail: \`E\${FAULT.pulsesIncomplete} \${words}\` };`,
      `        return { vend: 'failed', detail: \`E\${FAULT.pulsesIncomplete} \${words}\` };`,
    ]),
  ]),
  ...inShop('fafb machine', [
    patch('a choice is new once it was answered', 'devices/vending/fafb/dialogue.ts', 300, [
      '  say(errand: OutboxEntry): void {\n',
      "  say(errand: OutboxEntry): void {\n    this.#lastFrame = '';\n",
    ]),
    patch('a choice is new after a poll', 'devices/vending/fafb/dialogue.ts', 400, [
      'const REPEATS_WITHIN = 12;',
      'const REPEATS_WITHIN = 1;',
    ]),
  ]),
  ...inShop('zvt register', [
    patch('goods issued is a refusal', 'devices/register/zvt/dialogue.ts', 20, [
      'command === COMMAND.accepted || command === COMMAND.issued',
      'command === COMMAND.accepted',
    ]),
    patch('a part of the goods is none', 'devices/register/zvt/performance.ts', 60, [
      "reply.code === RESULT.partly ? 'partly' : 'rejected'",
      "reply.code === RESULT.notPossible ? 'partly' : 'rejected'",
    ]),
    patch('the receipt of a refund twice', 'devices/register/zvt/answer.ts', 400, [
      "result.again ? 'refundedCopy' : 'refunded'",
      "result.again ? 'refunded' : 'refunded'",
    ]),
    patch('silence confirms the status information', 'devices/register/zvt/performance.ts', 20, [
      "      stage.settle('silent');\n      if (paid",
      "      stage.settle('acknowledged');\n      if (paid",
    ]),
    patch('a late reply confirms what was said after it', 'devices/register/zvt/dialogue.ts', 60, [
      '          this.#owing += 1;\n',
      '          this.#owing += 0;\n',
    ]),
    patch('a payment that was not confirmed is charged again', 'src/core/source/register-session.ts', 60, [
      '  if (lastAnswer.acknowledged) return undefined;\n',
      '  return undefined;\n',
    ]),
    patch('no copy is the end of the sale', 'devices/register/zvt/answer.ts', 3000, [
      'ENDS.has(result.result) && !told',
      "result.result === 'approved' && !told",
    ]),
    patch('not known yet is told as given up', 'devices/register/zvt/answer.ts', 200, [
      '  unknown: RESULT.pleaseWait,\n',
      '  unknown: RESULT.aborted,\n',
    ]),
    resolved(
      patch('what a person saw to is told as a failure', 'devices/register/zvt/answer.ts', 100, [
        "makes the register charge again.\n    case 'seenTo':\n",
        'makes the register charge again.\n',
      ]),
    ),
    patch('an abort does not close the charge', 'src/core/sale/paying.ts', 60, [
      "return giveUp(sale, 'cancelled', rules, undefined);",
      "return close(sale, 'cancelled', { result: 'cancelled' });",
    ]),
    patch('a reversal that has begun is told as made', 'src/terminal/register-desk.ts', 200, [
      '        this.#refunds.set(orderId, question);\n        this.#note({ ...told, orderId });',
      "        const sale = this.#context.adapters.journal.sale(orderId);\n        if (sale !== undefined) this.#reply(question, { ...told, orderId }, { ...resultOfRefund(sale), result: 'refunded' } as RegisterResult);",
    ]),
    patch('no reversal is told as one', 'devices/register/zvt/answer.ts', 60, [
      "    case 'refunded':\n      return withReceipt(",
      "    case 'notRefunded':\n    case 'refunded':\n      return withReceipt(",
    ]),
  ]),
  ...inShop('kiosk', [
    patch('a new price comes while somebody chooses', 'src/terminal/catalogue-keeper.ts', 20, [
      'if (!idle || this.#next === undefined) return;',
      'if (this.#next === undefined) return;',
    ]),
    patch('what is given is what the catalogue says now', 'src/terminal/vending-desk.ts', 10, [
      'vending.machine.vend(vendRequest(sale))',
      'vending.machine.vend(vendRequest({ ...sale, items: sale.items?.map((item) => ({ ...item, ...this.#catalogue.now?.products.find((product) => product.id === item.id) })) } as Sale))',
    ]),
    patch('the next attempt forgets what it is for', 'src/terminal/sale-processor.ts', 20, [
      'this.#newSale({ ...before, ...successor,',
      'this.#newSale({ ...before, items: undefined, ...successor,',
    ]),
    patch('a train that broke off goes out again', 'devices/vending/pulse/driver.ts', 60, [
      "      if (vend === 'done') continue;\n",
      "      if (vend === 'unknown') await this.#emit(train, { ...place, where: { ...place.where, line } });\n      if (vend === 'done') continue;\n",
    ]),
    patch('a cart is given once more after a crash', 'src/core/sale/resume.ts', 60, [
      "return owe(sale, 'deliveryUnknown', 'settled, and a power cut hides whether the machine vended', now);",
      "return step(sale, { ...state, step: 'telling', again: true }, [{ do: 'deliver', again: true }]);",
    ]),
    patch('one of each is given, however many were bought', 'src/core/source/vending-session.ts', 10, [
      'new Array<Given>(item.quantity)',
      'new Array<Given>(1)',
    ]),
    patch('a choice that was taken away is sold', 'src/core/catalogue/choosing.ts', 20, [
      "return less({ ...choosing, typed: '' }, product?.id);",
      "return goesOn({ ...choosing, typed: '' }, product && undefined);",
    ]),
    patch('pays what was not on the face', 'src/core/catalogue/choosing.ts', 20, [
      '  if ((seen ?? revisionOf(cart)) !== revisionOf(cart) || (seenSum ?? sum) !== sum)\n    return',
      '  if (sum < 0)\n    return',
    ]),
    patch('a cart stays when its pad is gone', 'src/terminal/customer-desk.ts', 150, [
      'if (present || (this.#entry ?? this.#choosing)?.pad !== pad) return;',
      'if (present || this.#entry?.pad !== pad) return;',
    ]),
  ]),
  ...inShop('fafb kiosk', [
    patch('a slot is driven once more after a crash', 'src/core/sale/resume.ts', 60, [
      "return owe(sale, 'deliveryUnknown', 'settled, and a power cut hides whether the machine vended', now);",
      "return step(sale, { ...state, step: 'telling', again: true }, [{ do: 'deliver', again: true }]);",
    ]),
    patch('the slot beside the one that was chosen', 'src/terminal/vending-desk.ts', 60, [
      'return { source: { ...this.#source(vending), item, driven: true } };',
      "return { source: { ...this.#source(vending), item: item === '1' ? '2' : '1', driven: true } };",
    ]),
  ]),
  patch("the medium's no is taken for a yes", 'src/journal/archive.ts', 60, [
    '    } catch (thrown) {\n      return messageOf(thrown);',
    '    } catch (thrown) {\n      if (this.#tried !== undefined) return { ...this.#tried, length: bytes.length };\n      return messageOf(thrown);',
  ]),
  patch('an owed sale is archived', 'src/journal/statements.ts', 60, [
    ' AND open = 0 AND owed = 0 AND look_at_ms',
    ' AND open = 0 AND look_at_ms',
  ]),
  patch('a receipt of the sale before', 'src/terminal/customer-desk.ts', 10, [
    '  readonly #receiptOf = (sale: Sale) => receiptOf(this.#context, sale);',
    '  #link: string | undefined;\n  readonly #receiptOf = (sale: Sale) => (this.#link ??= receiptOf(this.#context, sale));',
  ]),
  ...EDGES,
  ...HOUSE,
  ...DOORS,
  ...COMMITS,
  ...REPORTS,
  ...RELAYS,
  ...EVENTS,
];

function inShop(shop: Shop, patches: readonly Patch[]): readonly Patch[] {
  return patches.map((one) => ({ ...one, shop }));
}
