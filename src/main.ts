#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Failure, faultIn, messageOf, refused } from './base/fault.js';
import { check } from './config/check.js';
import { describe } from './config/example.js';
import { explain } from './config/explain.js';
import { kindOf } from './config/load.js';
import { formatProblem } from './config/problem.js';
import { relaySchema } from './config/relay-schema.js';
import { terminalSchema } from './config/terminal-schema.js';
import { type ControlAnswer, refusal } from './control/answer.js';
import { askTerminal } from './control/client.js';
import type { Ask } from './control/reconcile-export.js';
import { FAULT, faultOf } from './core/fault/table.js';
import type { LogLevel } from './host/log.js';
import { EXIT } from './host/process.js';
import { keepHeapSmall } from './host/small-heap.js';
import {
  amountOf,
  baudOf,
  chosenLanguage,
  exportOf,
  levelOf,
  portOf,
  readPaymentType,
  secondsOf,
  Usage,
} from './programs/arguments.js';
import {
  type Configured,
  checkConfig,
  configOf,
  RELAY_PROGRAM,
  TERMINAL_PROGRAM,
} from './programs/configuration.js';
import { type Environment, type EnvironmentOptions, systemEnvironment } from './programs/environment.js';
import type { FleetTools } from './programs/fleet.js';
import { onNetwork } from './programs/network.js';
import { type ServedProgram, serve } from './programs/service.js';
import { loadTerminal, waitsForCode } from './programs/terminal-file.js';
import { type Options, parse, usage, usageOf } from './programs/usage.js';
import { version } from './programs/version.js';

async function main(args: readonly string[]): Promise<number | undefined> {
  const { words, values } = parse(args);
  if (values['version'] !== undefined) return say(version());
  const [command, ...rest] = words;
  if (values['help'] !== undefined) return say(usageOf(words));
  if (command === undefined) {
    if (values['json'] !== undefined) throw new Usage('which command?');
    return say(usage(), EXIT.usage);
  }
  switch (command) {
    case 'terminal':
      return terminal(values);
    case 'relay':
      if (rest[0] === 'doctor' || rest[0] === 'bundle') return look(rest[0], 'relay', values);
      return rest.length > 0 ? people(rest, values) : relay(values);
    case 'doctor':
    case 'bundle':
      return look(command, 'terminal', values);
    case 'enrol':
      return enrol(rest, values);
    case 'sandbox':
      if (rest.length > 0) return askedOfSandbox(rest, values);
      return sandbox(values);
    case 'demo':
      return demo(values);
    case 'config':
      if (rest[0] === 'reload' || rest[0] === 'afar') return control('config', rest, values);
      return isForRelay(rest, values)
        ? config(RELAY_PROGRAM, rest, values)
        : config(TERMINAL_PROGRAM, rest, values);
    case 'completion':
      return say((await import('./programs/completion.js')).completion(rest[0]));
    case 'test':
      return test(rest, values);
    case 'sniff':
      return test(['sniff', ...rest], values);
    case 'why':
      return why(rest, values);
    case 'tail':
      return watch('tail', values);
    case 'status':
      return values['watch'] === undefined ? control(command, rest, values) : watch('status', values);
    case 'explain':
      return answerWith(
        (await import('./programs/fault-help.js')).explained(rest, chosenLanguage(values['lang'])),
        values,
      );
    case 'fleet':
      return fleet(rest, values);
    case 'operator':
      return answerWith(
        textOnly(await (await import('./programs/operator-key.js')).operatorKey(rest, values['out'])),
        values,
      );
    case 'products':
      return products(rest, values);
    case 'sales':
    case 'report':
      return sold(command, values);
    default:
      return control(command, rest, values);
  }
}

// Each command loads its own program only: a terminal that carries the relay's HTTP server and the demo starts slower.

/** It has a line for each of thousands of requests a second. */
const RELAY_GATHER_MS = 10;

function environmentOf(
  values: Options,
  level: LogLevel,
  credentialPrefix: string,
  more: Pick<EnvironmentOptions, 'gatherMs' | 'keepLines'> = {},
): Environment {
  return systemEnvironment({ level: levelOf(values['log-level'], level), credentialPrefix, ...more });
}

async function terminal(values: Options): Promise<undefined> {
  const file = values['config'] ?? terminalSchema.file;
  const config = await configOf(TERMINAL_PROGRAM, file);
  const environment = environmentOf(values, config.log.level, TERMINAL_PROGRAM.prefix, { keepLines: true });
  await serve({
    environment,
    start: async (fatal, again): Promise<ServedProgram> => {
      const { serveTerminal } = await import('./programs/terminal-service.js');
      keepHeapSmall(environment.timers);
      const start = { config, file, version: version(), fatal, again, ...ownProgram() };
      return serveTerminal({ ...start, environment: await onNetwork(config, environment) });
    },
  });
}

/** Of this command line, where it was started from a file. */
function ownProgram(): { readonly program?: string } {
  const program = process.argv[1];
  return program === undefined ? {} : { program };
}

async function relay(values: Options): Promise<undefined> {
  const file = values['config'] ?? relaySchema.file;
  const config = await configOf(RELAY_PROGRAM, file);
  const environment = environmentOf(values, config.log.level, RELAY_PROGRAM.prefix, {
    gatherMs: RELAY_GATHER_MS,
  });
  await serve({
    environment,
    start: async () => {
      const { startRelay } = await import('./programs/relay-program.js');
      const program = await startRelay({
        ...{ config, file },
        environment: await onNetwork(config, environment),
      });
      environment.log.info(
        `relay listens at ${program.url}${program.brokerUrl ? `, broker at ${program.brokerUrl}` : ''}`,
      );
      return program;
    },
  });
}

/** At the relay's machine, beside the running relay: which files it writes is all that the two share. */
async function people(rest: readonly string[], values: Options): Promise<number> {
  const { enrolTerminal, revokeTerminal } = await import('./programs/relay-enrol.js');
  const file = values['config'] ?? relaySchema.file;
  const environment = environmentOf(values, 'warn', RELAY_PROGRAM.prefix);
  const [verb, terminal = '', ...more] = rest;
  if (more.length > 0 || (verb !== 'enrol' && verb !== 'revoke'))
    throw new Usage('relay enrol | revoke TERMINAL');
  const act = verb === 'enrol' ? enrolTerminal : revokeTerminal;
  return answerWith(textOnly(act(terminal, file, values, environment)), values);
}

async function look(what: 'doctor' | 'bundle', of: 'terminal' | 'relay', values: Options): Promise<number> {
  const { prefix } = of === 'relay' ? RELAY_PROGRAM : TERMINAL_PROGRAM;
  // What drivers log stands in the table.
  const environment = environmentOf(values, 'error', prefix);
  const run =
    what === 'doctor'
      ? (await import('./doctor/command.js')).runDoctor
      : (await import('./doctor/bundle.js')).runBundle;
  const code = answerWith(await run(of, values, environment), values);
  await new Promise<void>((resolve) => void process.stdout.write('', () => resolve()));
  // A check that was told to be late may hold a line or a file open for ever.
  process.exit(code);
}

async function enrol(rest: readonly string[], values: Options): Promise<number> {
  const [code, ...more] = rest;
  if (code === undefined || more.length > 0)
    throw new Usage('enrol CODE: the code that "gopay-pos relay enrol" prints');
  const { enrolBox } = await import('./programs/enrol.js');
  const environment = environmentOf(values, 'warn', TERMINAL_PROGRAM.prefix);
  const file = values['config'] ?? terminalSchema.file;
  return answerWith(textOnly(await enrolBox(code, values['relay'], file, environment)), values);
}

async function sandbox(values: Options): Promise<undefined> {
  const environment = environmentOf(values, 'info', 'gopay-pos-sandbox.');
  const port = portOf(values['port'], 8421);
  const keyFile = values['key-file'];
  await serve({
    environment,
    start: async () => {
      const { startSandbox } = await import('./programs/sandbox-program.js');
      return startSandbox({ environment, port, ...(keyFile === undefined ? {} : { keyFile }) });
    },
  });
}

async function askedOfSandbox(rest: readonly string[], values: Options): Promise<number> {
  const { askSandbox } = await import('./programs/sandbox-control.js');
  return answerWith(await askSandbox(rest, values['url']), values);
}

async function demo(values: Options): Promise<undefined> {
  const environment = environmentOf(values, 'info', TERMINAL_PROGRAM.prefix, { keepLines: true });
  const once = values['once'] === undefined ? undefined : amountOf('--once', values['once']);
  const { freeFolder } = await import('./demo/folder.js');
  const options = {
    directory: values['directory'] ?? (await freeFolder(join(process.cwd(), '.demo'))),
    port: portOf(values['port'], once === undefined ? 8410 : 0),
    paymentType: readPaymentType(values['payment-type']),
    version: version(),
    environment,
  };
  await serve({
    environment,
    start: async (fatal) => {
      const { startDemo } = await import('./demo/demo.js');
      const running = await startDemo({ ...options, fatal });
      if (once === undefined) {
        // The legs are checked within a second; a screen that says "out of service" is no welcome.
        const sells = (): boolean => running.terminal.terminal.state().readiness.ready;
        for (let looks = 0; looks < 100 && !sells(); looks += 1)
          await new Promise<void>((resolve) => void environment.timers.after(50, resolve));
        say((await import('./demo/welcome.js')).welcome(running.pages));
      } else {
        const { runOnce } = await import('./demo/once.js');
        const print = (line: string) => void process.stdout.write(`${line}\n`);
        void runOnce(running, once, environment.timers, print).then((code) => process.exit(code), fatal);
      }
      return running;
    },
  });
}

/** `--relay`, or a file of a relay that is to be checked without it: each error of the other schema would be misleading. */
function isForRelay([verb, argument]: readonly string[], values: Options): boolean {
  const said = values['relay'] !== undefined;
  if (said || verb !== 'check') return said;
  const file = argument ?? values['config'];
  const isRelays = file !== undefined && kindOf(file) === 'relay';
  if (isRelays) remark(`${file}: a file of a relay, checked as with --relay`, values);
  return isRelays;
}

function config<C>(of: Configured<C>, rest: readonly string[], values: Options): number {
  const [verb, argument] = rest;
  const { schema } = of;
  switch (verb) {
    case 'check': {
      const file = argument ?? values['config'] ?? schema.file;
      if (values['relay'] !== undefined && kindOf(file) === 'terminal')
        remark(
          `${file}: a file of a terminal, checked as that of a relay; without --relay it is checked as what it is`,
          values,
        );
      return answerWith(checked(file, checkConfig(of, file)), values);
    }
    case 'explain': {
      if (argument === undefined) throw new Usage('config explain KEY: which key?');
      const told = explain(schema, argument);
      return answerWith(told.ok ? textOnly(told.value) : refusal(told.error), values);
    }
    case 'example':
      return answerWith(textOnly(describe(schema)), values);
    default:
      throw new Usage('config check | explain | example | reload | afar');
  }
}

async function why(rest: readonly string[], values: Options): Promise<number> {
  const { faultHelp } = await import('./programs/fault-help.js');
  const help = rest.length === 1 ? faultHelp(rest[0]) : undefined;
  return help === undefined ? control('why', rest, values) : answerWith(help, values);
}

async function fleet([verb, ...rest]: readonly string[], values: Options): Promise<number> {
  const { stopSignal } = await import('./programs/stop-signal.js');
  const environment = environmentOf(values, 'error', TERMINAL_PROGRAM.prefix);
  let complaint = '';
  const tools: FleetTools = {
    environment,
    print: (text) => void process.stdout.write(`${text}\n`),
    complain: (text) => {
      complaint = text;
      process.stderr.write(`gopay-pos: ${text}\n`);
    },
    untilStopped: () => stopSignal(environment),
  };
  const code = await fleetOf(verb, rest, values, tools);
  return code === EXIT.unavailable && values['json'] !== undefined
    ? say(JSON.stringify(errorOf(complaint, code)), code)
    : code;
}

async function fleetOf(
  verb: string | undefined,
  rest: readonly string[],
  values: Options,
  tools: FleetTools,
): Promise<number> {
  if (verb === undefined) return (await import('./programs/fleet.js')).showFleet(values, tools);
  const { commandFleet, configureFleet } = await import('./programs/fleet-do.js');
  return (verb === 'do' ? commandFleet : configureFleet)(rest, values, tools);
}

/** A file of products is read here: the caller may read it, and the service may not. */
async function products(rest: readonly string[], values: Options): Promise<number> {
  const [verb, file] = rest;
  if (file === undefined || (verb !== 'check' && verb !== 'import')) return control('products', rest, values);
  const { checkProductFile, productText } = await import('./programs/product-check.js');
  if (verb === 'import') {
    const text = productText(file);
    return text.ok
      ? control('products', [verb, file], values, text.value)
      : answerWith(refusal(text.error), values);
  }
  return answerWith(checked(file, checkProductFile(file, values['config'])), values);
}

/** Long lists are written as they come, and a stopped terminal's journal is read where it lies. */
async function sold(command: 'sales' | 'report', values: Options): Promise<number> {
  const { runSold } = await import('./programs/sold.js');
  const { soldTerms } = await import('./programs/sold-terms.js');
  const socket = values['socket'] ?? socketOf(values);
  const config =
    values['socket'] === undefined ? loadTerminal(values['config'] ?? terminalSchema.file) : undefined;
  const stopped = config?.ok
    ? { directory: config.value.journal.directory, terms: soldTerms(config.value) }
    : undefined;
  return runSold(command, values, { socket, stopped }, process.stdout);
}

/** Asks a running terminal again and again, until Ctrl-C. */
async function watch(command: 'status' | 'tail', values: Options): Promise<number> {
  const socket = values['socket'] ?? socketOf(values);
  refuseUnenrolled(socket, values);
  const { lookingAt } = await import('./programs/looking.js');
  const looking = lookingAt(socket, command, environmentOf(values, 'error', TERMINAL_PROGRAM.prefix));
  if (command === 'tail') await (await import('./programs/tail.js')).tailTerminal(values, looking);
  else await (await import('./programs/status-watch.js')).watchStatus(values, looking);
  return EXIT.ok;
}

/** Of the command line itself; all else is for the terminal. */
const OWN_OPTIONS: readonly string[] = ['config', 'socket', 'json', 'csv', 'log-level'];

async function control(
  command: string,
  rest: readonly string[],
  values: Options,
  input?: string,
): Promise<number> {
  const socket = values['socket'] ?? socketOf(values);
  refuseUnenrolled(socket, values);
  const given = Object.entries(values).filter(([name]) => !OWN_OPTIONS.includes(name));
  const progress = (line: string) => void process.stderr.write(`${line}\n`);
  if (command === 'reconcile' && values['csv'] !== undefined) {
    const { reconcileWithExport } = await import('./control/reconcile-export.js');
    const ask = (...[name, args, how]: Parameters<Ask>) => askTerminal(socket, name, args, how);
    return answerWith(await reconcileWithExport(ask, rest, exportOf(values['csv']), progress), values);
  }
  const answer = await askTerminal(socket, command, rest, {
    flags: Object.fromEntries(given) as Record<string, string>,
    progress,
    ...(input === undefined ? {} : { input }),
  });
  return answerWith(answer, values);
}

function answerWith({ text, data, good }: ControlAnswer, values: Options): number {
  const code = good ? EXIT.ok : EXIT.failed;
  if (values['json'] === undefined) return say(text, code);
  // A command that has nothing to say to a script but why not.
  return say(JSON.stringify(good || data !== null ? data : errorOf(text, code)), code);
}

/** What a script reads in the place of an answer; `code` is the fault's number, where there is one. */
function errorOf(text: string, exit: number): object {
  const { code } = faultIn(text, 0);
  return { error: { exit, ...(code === 0 ? {} : { code }), text } };
}

/** An answer that is a text for a script as well. */
function textOnly(text: string): ControlAnswer {
  return { text, data: { text }, good: true };
}

function checked(file: string, { lines, good }: { lines: readonly string[]; good: boolean }): ControlAnswer {
  return { text: lines.join('\n'), data: { file, good, lines }, good };
}

/** Beside an answer, where a person reads it. */
function remark(text: string, values: Options): void {
  if (values['json'] === undefined) say(text);
}

async function test(args: readonly string[], values: Options): Promise<number> {
  const { testDevices } = await import('./programs/device-test.js');
  const environment = environmentOf(values, 'warn', TERMINAL_PROGRAM.prefix);
  const { answer, after, amount, baud, protocol, json } = values;
  const { stopSignal } = await import('./programs/stop-signal.js');
  return testDevices({
    file: values['config'] ?? terminalSchema.file,
    args,
    environment,
    flags: {
      ...(answer === undefined ? {} : { answer }),
      ...(after === undefined ? {} : { afterMs: secondsOf('--after', after, 600) }),
      ...(amount === undefined ? {} : { amount: amountOf('--amount', amount) }),
      ...(baud === undefined ? {} : { baud: baudOf(baud) }),
      ...(protocol === undefined ? {} : { protocol }),
      json: json !== undefined,
    },
    print: (line) => void process.stdout.write(`${line}\n`),
    untilStopped: () => stopSignal(environment),
    askTerminal: () => control('test', args, values),
    tell: (told) => answerWith(told, values),
  });
}

/**
 * From the configuration, since the daemon took it from there as well.
 * @throws Usage where the file that was named cannot be used: the default terminal is not the one that was meant
 */
function socketOf(values: Options): string {
  const file = values['config'] ?? terminalSchema.file;
  const checked = loadTerminal(file);
  if (checked.ok) return checked.value.control.socket;
  const problems = checked.error.map((problem) => formatProblem(file, problem));
  if (values['config'] !== undefined)
    throw new Usage(
      `${problems.join('\n')}\n  which terminal is meant? --socket PATH asks it without its file`,
    );
  const defaults = check(terminalSchema, describe(terminalSchema));
  return defaults.ok ? defaults.value.control.socket : '/run/gopay-pos/control.sock';
}

/** A box that waits for its code has nobody who answers yet. @throws Failure FAULT.notEnrolled */
function refuseUnenrolled(socket: string, values: Options): void {
  if (values['socket'] !== undefined || existsSync(socket)) return;
  const read = loadTerminal(values['config'] ?? terminalSchema.file);
  if (!read.ok || !waitsForCode(read.value)) return;
  const { says, remedy } = faultOf(FAULT.notEnrolled);
  throw new Failure(refused(FAULT.notEnrolled, `waiting for its code: ${says.en} ${remedy.en}`));
}

function say(text: string, code: number = EXIT.ok): number {
  process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
  return code;
}

main(process.argv.slice(2)).then(
  (code) => {
    if (code !== undefined) process.exitCode = code;
  },
  (error: unknown) => {
    const badCall = error instanceof Usage;
    const code = badCall ? EXIT.usage : error instanceof Failure ? EXIT.unavailable : EXIT.misuse;
    process.stderr.write(`gopay-pos: ${messageOf(error)}${badCall ? '\n  gopay-pos --help' : ''}\n`);
    // What could not be read is looked at as it was typed.
    if (process.argv.includes('--json')) say(JSON.stringify(errorOf(messageOf(error), code)));
    process.exitCode = code;
  },
);
