import {
  byOf,
  type ControlAnswer,
  type ControlRequest,
  type Family,
  misused,
  NO_NAME,
  refusal,
  type Subject,
} from './answer.js';

export const restart: Family = {
  help: [
    {
      usage: 'restart [--by NAME]',
      about: 'ends the service as soon as nobody chooses or pays; the service manager starts it again',
      afar: 'restart',
    },
  ],
  run: (subject, request) =>
    request.args.length > 0 ? misused(restart) : whenIdle(subject, request, 'it restarts'),
};

/** Beside config check, explain and example, which need no running terminal. */
export const config: Family = {
  help: [
    {
      usage: 'config reload [--by NAME]',
      about:
        'checks the file that the terminal runs with, and restarts with it as soon as nobody chooses or pays',
      afar: 'reload',
    },
    {
      usage: 'config afar',
      about: 'what operators have set from afar, over that file: who, which, and each setting of it',
      afar: 'status',
    },
  ],
  run: (subject, request) => {
    const [verb, ...more] = request.args;
    if (verb === 'afar' && more.length === 0) return fromAfar(subject);
    if (verb !== 'reload' || more.length > 0) return misused(config);
    const troubles = subject.configTroubles();
    return troubles.length === 0
      ? whenIdle(subject, request, 'the file is good: it restarts with it')
      : { text: ['nothing was changed:', ...troubles].join('\n'), data: troubles, good: false };
  },
};

function fromAfar(subject: Subject): ControlAnswer {
  const { told, toml, by } = subject.fromAfar() ?? { told: undefined, toml: '', by: '' };
  if (told === undefined) return { text: 'nothing is set from afar', data: null, good: true };
  const { name, digest, state, refused, reverted } = told;
  const lines = [
    ...(name === undefined
      ? []
      : [`${name} (${digest}) by ${by}: ${state?.replace('_', ' ')}`, toml.trimEnd()]),
    ...(refused === undefined ? [] : [`refused: ${refused.name}: ${refused.why}`]),
    ...(reverted === undefined ? [] : [`taken back: ${reverted.name}: ${reverted.why}`]),
  ];
  return { text: lines.filter((line) => line !== '').join('\n'), data: { ...told, by, toml }, good: true };
}

function whenIdle(subject: Subject, request: ControlRequest, what: string): ControlAnswer {
  const { terminal, again } = subject;
  if (again === undefined)
    return refusal('nobody would start it again: it was not started by a service manager');
  const by = byOf(request);
  if (by === undefined) return refusal(NO_NAME);
  terminal.restarts.ask(by, request.user, again);
  const { open } = terminal.state();
  const goesOn = open === undefined ? '' : `; ${open.orderId} goes on to its end first`;
  return {
    text: `${what} as soon as nobody chooses or pays${goesOn}`,
    data: { open: open?.orderId ?? null },
    good: true,
  };
}
