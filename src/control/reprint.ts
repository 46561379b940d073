import { type ControlAnswer, type Family, findSale, misused, refusal, type Subject } from './answer.js';

/** The slip of one sale once more, marked COPY: receipt, owed slip, that of an end without payment, or the QR while it can still be paid. */
export const reprint: Family = {
  help: [
    {
      usage: 'reprint [ORDER]',
      about: 'prints the slip of a sale again, marked COPY; the last one',
      afar: 'reprint',
    },
  ],
  run: (subject, { args }, progress) =>
    args.length > 1 ? misused(reprint) : printAgain(subject, args[0], progress),
};

async function printAgain(
  subject: Subject,
  named: string | undefined,
  progress: (line: string) => void,
): Promise<ControlAnswer> {
  const name = named ?? subject.journal.slips.lastOrder();
  if (name === undefined) return refusal('no receipt was printed yet; reprint ORDER names a sale');
  const sale = findSale(subject, name);
  if (sale === undefined) return refusal(`the journal has no sale ${name}`);
  const { orderId, state } = sale;
  if (subject.terminal.state().slips === undefined) return refusal('no printer is configured');
  const printing = subject.terminal.slips.reprint(sale);
  if (printing === undefined) return refusal(`${orderId} is ${state.at}: it has no slip yet`);
  progress('printing');
  const printed = await printing;
  return {
    text: printed
      ? `The slip of ${orderId} is printed, marked COPY.`
      : `The slip of ${orderId} was NOT printed; status says why. Ask again when the printer is well.`,
    data: { orderId, printed },
    good: printed,
  };
}
