import type { Guide } from '../../../src/settings/guide.js';
import { decoder } from '../../kit/decoder.js';
import {
  ACK_WAIT,
  cabled,
  REGISTER_BAUD,
  REGISTER_NAME,
  registerProtocol,
  ZONE_MINUTES,
} from '../settings.js';

const GUIDE: Guide = {
  title: {
    id: 'Mesin kasir atau program yang memakai pesan JSON, satu pesan per baris',
    en: 'Cash register or program that speaks JSON messages, one a line',
  },
  wiring: cabled(1, {
    id: `Lewat LAN: mesin kasir menghubungi terminal ini, port 8160. Beberapa mesin kasir boleh terhubung bersamaan.
Program di komputer ini juga boleh memakai WebSocket, ws://127.0.0.1:8420/ (bagian [api]).`,
    en: `By LAN: the register dials this terminal, port 8160. Several may be connected at once.
Programs of this machine may use a WebSocket as well, ws://127.0.0.1:8420/ (table [api]).`,
  }),
  setup: {
    id: `Baud rate sama di kedua sisi; 115200 bila keduanya bisa.
Kirim nomor nota sebagai "ref": satu ref, satu tagihan. Setelah terputus, kirim charge yang sama lagi.
Jawab setiap pesan dengan "ack": true memakai ack; bila program tidak bisa, isi acknowledge = "assumed".`,
    en: `The same baud rate on both sides; 115200 where both can.
Send the number of the bill as "ref": one ref, one charge. After a disconnection send the same charge again.
Answer each message with "ack": true by an ack; where the program cannot, set acknowledge = "assumed".`,
  },
  trial: {
    id: 'Kirim {"op":"hello"} dan satu baris baru: jawabannya {"msg":"answer","op":"hello","code":"done",...}.',
    en: 'Send {"op":"hello"} and a line feed: the answer is {"msg":"answer","op":"hello","code":"done",...}.',
  },
};

export const JSON_LINES = registerProtocol({
  id: 'json',
  about: `${GUIDE.title.en}.`,
  guides: [GUIDE],
  stopBits: 1,
  tcpPort: { usual: () => 8_160, words: '8160 with json' },
  settings: { ack_wait_seconds: ACK_WAIT },
  async open(settings, tools) {
    const { JsonRegister } = await import('./driver.js');
    const { openCallers } = await import('../../kit/open-callers.js');
    const { clock, timers, log } = tools;
    const { acknowledge } = settings;
    return new JsonRegister({
      name: REGISTER_NAME,
      callers: await openCallers(settings, tools),
      ackWaitMs: settings.ackWaitSeconds * 1000,
      resends: acknowledge === 'assumed' ? 0 : settings.resends,
      zoneMinutes: ZONE_MINUTES[settings.zone],
      ...{ clock, timers, log, acknowledge },
    });
  },
  async decoders() {
    const { describeRequest } = await import('./describe.js');
    const { JsonLineParser } = await import('./line-parser.js');
    const { readRequest } = await import('./request.js');
    return [
      decoder({ id: 'json', title: 'json', baud: REGISTER_BAUD }, new JsonLineParser(), (event) => {
        if (event.kind === 'bad') return { frame: false, text: `no message: ${event.why}` };
        const request = readRequest(event.text);
        if (request.ok) return { frame: true, text: describeRequest(request.value) };
        const { field, found, allowed } = request.error;
        return { frame: false, text: `${field}: ${found}; allowed: ${allowed}` };
      }),
    ];
  },
});
