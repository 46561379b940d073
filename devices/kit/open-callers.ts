import type { Caller, Callers } from './callers.js';
import type { Line } from './line.js';
import { type LinePlace, openLine } from './open-line.js';
import type { LineTap, Tools } from './tools.js';

export async function openCallers(place: LinePlace, tools: Tools): Promise<Callers> {
  if ('device' in place) return lineCallers(await openLine(place, tools));
  const { TcpCallers } = await import('./tcp-callers.js');
  const { timers, log, tap } = tools;
  const callers = new TcpCallers({ ...place, timers, log });
  return tap === undefined ? callers : tapped(callers, tap);
}

/** A line with a cable as a place for callers: there is one, and a line that is opened again leads to the same one. */
export function lineCallers(line: Line): Callers {
  const { name } = line;
  let open = false;
  const caller: Caller = {
    name,
    cable: true,
    write: async (bytes) => open && (await line.write(bytes)),
    end: () => {},
  };
  return {
    name,
    start: (on) =>
      line.start((event) => {
        const wasOpen = open;
        open = event.kind !== 'gone';
        if (event.kind === 'open') on({ kind: 'open', caller });
        else if (event.kind === 'bytes') on({ kind: 'bytes', caller, bytes: event.bytes });
        else if (wasOpen) on({ kind: 'closed', caller, cause: event.cause, why: event.why });
        else on({ kind: 'absent', cause: event.cause, why: event.why });
      }),
    stop: () => {
      open = false;
      return line.stop();
    },
  };
}

/** One tap on all of them alike. */
function tapped(callers: Callers, tap: LineTap): Callers {
  // A driver knows a caller by its object.
  const known = new WeakMap<Caller, Caller>();
  const dressed = (caller: Caller): Caller => {
    const { name, cable, till } = caller;
    const made = known.get(caller) ?? {
      ...{ name, cable, ...(till === undefined ? {} : { till }) },
      write: (bytes: Uint8Array) => {
        tap.wrote(bytes);
        return caller.write(bytes);
      },
      end: (why: string) => caller.end(why),
    };
    known.set(caller, made);
    return made;
  };
  return {
    name: callers.name,
    start: (on) =>
      callers.start((event) => {
        if (event.kind === 'open') tap.opened();
        if (event.kind === 'bytes') tap.heard(event.bytes);
        on(event.kind === 'absent' ? event : { ...event, caller: dressed(event.caller) });
      }),
    stop: () => callers.stop(),
  };
}
