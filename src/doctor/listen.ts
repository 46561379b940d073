import type { Line } from '../../devices/kit/line.js';
import { REGISTER_LOSS } from '../../devices/kit/line.js';
import { openLine } from '../../devices/kit/open-line.js';
import { find, type Listed } from '../../devices/kit/protocol.js';
import { REGISTER_PROTOCOLS } from '../../devices/register/protocols.js';
import { VENDING_PROTOCOLS } from '../../devices/vending/protocols.js';
import type { TerminalConfig } from '../config/terminal-tables.js';
import { FAULT } from '../core/fault/table.js';
import { type Finding, fail, pass, warn } from './check.js';
import type { Machine } from './machine.js';

/** A port that does not open by then does not open. */
const OPENING_MS = 20_000;
/** So much of something else leaves no doubt. */
const ENOUGH_BYTES = 512;
const ENOUGH_FRAMES = 2;

type RegisterConfig = Extract<TerminalConfig['register'], { readonly enabled: true }>;

/**
 * Listens to the register's line, and never writes a byte. Most registers speak only when somebody pays: a silence is a warning,
 * and bytes that are no frame of theirs, or one of another protocol, are the wrong speed or the wrong cable.
 */
export async function listenToRegister(register: RegisterConfig, machine: Machine): Promise<Finding> {
  const { timers, log, listenMs } = machine;
  const own = find(REGISTER_PROTOCOLS, register.protocol);
  const decoders = await (own as Listed<unknown>).decoders(register);
  const others = await othersThan(register.protocol);
  const line: Pick<Line, 'name' | 'start' | 'stop'> = await openLine(
    register,
    { timers, log },
    decoders[0]?.stopBits,
  );
  const found = await new Promise<Finding>((resolve) => {
    let bytes = 0;
    const foreign = new Map<string, number>();
    let cancel = timers.after('device' in register ? OPENING_MS : listenMs, () =>
      end(silence(bytes, false, foreign, line.name)),
    );
    const end = (finding: Finding): void => {
      cancel();
      resolve(finding);
    };
    line.start((event) => {
      if (event.kind === 'gone') {
        if ('device' in register) end(fail(REGISTER_LOSS[event.cause], event.why));
        return;
      }
      if (event.kind === 'open') {
        cancel();
        cancel = timers.after(listenMs, () => end(silence(bytes, true, foreign, line.name)));
        return;
      }
      bytes += event.bytes.length;
      if (decoders.some((each) => each.push(event.bytes).some(({ frame }) => frame)))
        return end(pass(`${line.name} speaks ${register.protocol}`));
      for (const other of others)
        if (other.push(event.bytes).some(({ frame }) => frame))
          foreign.set(other.title, (foreign.get(other.title) ?? 0) + 1);
      if (bytes >= ENOUGH_BYTES || [...foreign.values()].some((count) => count >= ENOUGH_FRAMES))
        end(silence(bytes, true, foreign, line.name));
    });
  });
  await line.stop();
  return found;
}

async function othersThan(id: string) {
  const all: readonly Listed<unknown>[] = [...REGISTER_PROTOCOLS, ...VENDING_PROTOCOLS];
  const made = await Promise.all(all.filter((each) => each.id !== id).map((each) => each.decoders()));
  return made.flat().filter(({ tcpOnly }) => !tcpOnly);
}

function silence(
  bytes: number,
  isOpen: boolean,
  foreign: ReadonlyMap<string, number>,
  name: string,
): Finding {
  const [other] = foreign.keys();
  if (other !== undefined)
    return fail(FAULT.registerUnknownFrame, `${name} speaks ${other}: another cable, or register.protocol`);
  if (bytes > 0)
    return fail(FAULT.registerUnknownFrame, `${bytes} bytes at ${name}, and none is a frame: another baud?`);
  return isOpen
    ? warn(FAULT.lineSilent, `${name} is open, and nothing came`)
    : warn(FAULT.registerNotConnected, `nobody has dialled ${name}`);
}
