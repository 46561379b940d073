import { type Family, misused, refusal } from './answer.js';

/** By a process of its own, as `doctor`. What it writes stays on the box: a log that goes over a broker is read by whoever runs that. */
export const bundle: Family = {
  help: [
    {
      usage: 'bundle [--out FILE] [--lang id|en]',
      about:
        'one archive for who helps: doctor, log, configuration, newest rows of the journal; no secrets; without a running terminal, too',
      afar: 'bundle',
    },
  ],
  run: ({ pack, journal }, { args, flags }) => {
    // Asked by that process, for the journal that this one holds; no line of the help has it, so nobody does from afar.
    if (args.length === 1 && args[0] === 'extract') return { text: '', data: journal.extract(), good: true };
    if (args.length > 0) return misused(bundle);
    // Where it lies is not for who is elsewhere to say: he could have a file of the box written over.
    if (flags['out'] !== undefined) return refusal('bundle: --out is for who stands at the terminal');
    return pack === undefined
      ? refusal('no program of its own looks after this terminal')
      : pack(flags['lang']);
  },
};
