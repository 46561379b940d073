import { asObject } from '../base/json.js';
import { type Family, refusal } from './answer.js';

/** By a process of its own, which asks this one for the devices that it has open. */
export const doctor: Family = {
  help: [
    {
      usage: 'doctor [--lang id|en] [--listen SECONDS]',
      about:
        'each leg and device, what is wrong and what to do; 1 where something is; no money moves; without a running terminal, too',
      afar: 'doctor',
    },
  ],
  run: async ({ examine }, { args, flags }) => {
    if (args.length > 0) return refusal(`doctor: takes options only; ${args[0]} is none`);
    if (examine === undefined) return refusal('no program of its own looks after this terminal');
    const { text, data, good } = await examine(flags['lang']);
    // One message over MQTT: of what is good the table says enough.
    const { findings, ...counts } = asObject(data) ?? {};
    const wrong = Array.isArray(findings)
      ? findings.filter((each) => /^(fail|warn)$/.test(String(asObject(each)?.['verdict'])))
      : [];
    return { text, data: { ...counts, findings: wrong }, good };
  },
};
