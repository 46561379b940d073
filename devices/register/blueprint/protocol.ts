import type { Guide } from '../../../src/settings/guide.js';
import { decoder } from '../../kit/decoder.js';
import { openLine } from '../../kit/open-line.js';
import { ACK_WAIT, cabled, REGISTER_BAUD, REGISTER_NAME, registerProtocol } from '../settings.js';

const GUIDE: Guide = {
  title: {
    id: 'Mesin kasir dengan frame blueprint',
    en: 'Cash register with the frames of the blueprint',
  },
  wiring: cabled(1, {
    id: 'Lewat LAN: mesin kasir menghubungi terminal ini, port 8170.',
    en: 'By LAN: the register dials this terminal, port 8170.',
  }),
  setup: {
    id: 'Di mesin kasir: baud rate yang sama di kedua sisi.',
    en: 'In the register: the same baud rate on both sides.',
  },
  trial: {
    id: 'Kirim "#E*45" dan satu baris baru: log menunjukkan "<- E".',
    en: 'Send "#E*45" and a line feed: the log shows "<- E".',
  },
};

export const BLUEPRINT = registerProtocol({
  id: 'blueprint',
  about: `${GUIDE.title.en}.`,
  guides: [GUIDE],
  stopBits: 1,
  tcpPort: { usual: () => 8_170, words: '8170 with blueprint' },
  // Keys of its own in terminal.toml: a kind, a default, and a sentence that is its help everywhere.
  settings: { ack_wait_seconds: ACK_WAIT },
  async open(settings, tools) {
    const { BlueprintRegister } = await import('./driver.js');
    const { timers, log } = tools;
    return new BlueprintRegister({
      name: REGISTER_NAME,
      line: await openLine(settings, tools),
      ackWaitMs: settings.ackWaitSeconds * 1000,
      resends: settings.resends,
      ...{ timers, log },
    });
  },
  async decoders() {
    const { FrameParser } = await import('./frame.js');
    return [
      decoder({ id: 'blueprint', title: 'blueprint', baud: REGISTER_BAUD }, new FrameParser(), (event) => {
        if (event.kind === 'frame') return { frame: true, text: event.text };
        return { frame: false, text: event.kind === 'bad' ? event.why : event.kind };
      }),
    ];
  },
});
