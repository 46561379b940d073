import type { Adapters, TerminalEvent } from './context.js';

/**
 * Lets whatever pads, registers and the vending machine say become events.
 * @param again a person at a pad wants to hear the last announcement once more
 */
export function listen(
  { keypads, registers, vending }: Adapters,
  post: (event: TerminalEvent) => void,
  again: (pad: string) => void,
): void {
  for (const pad of keypads)
    pad.start((event) => {
      switch (event.kind) {
        case 'key':
          return post({ on: 'key', pad: pad.name, key: event.key });
        case 'wish':
          return post({ on: 'wish', pad: pad.name, wish: event.wish });
        case 'again':
          return post({ on: 'command', run: () => again(pad.name) });
        case 'present':
          return post({ on: 'pad', pad: pad.name, present: true });
        case 'gone':
          return post({ on: 'pad', pad: pad.name, present: false, why: event.why });
      }
    });
  for (const place of registers) place.register.start((event) => post({ on: 'register', place, event }));
  vending?.machine.start((event) => post({ on: 'vending', event }));
}
