import { EvdevKeypad } from '../../devices/keypad/evdev.js';
import { searchHere } from '../../devices/kit/qr-search.js';
import { Paper } from '../../devices/simulated-printer/paper.js';
import { VirtualPrinter } from '../../devices/simulated-printer/virtual-printer.js';
import { Failure } from '../base/fault.js';
import { check } from '../config/check.js';
import { formatProblem } from '../config/problem.js';
import { relaySchema } from '../config/relay-schema.js';
import { terminalSchema } from '../config/terminal-schema.js';
import { FAULT } from '../core/fault/table.js';
import type { Environment } from '../programs/environment.js';
import { type RelayProgram, startRelay } from '../programs/relay-program.js';
import { makeSandbox } from '../programs/sandbox-program.js';
import type { ServedProgram } from '../programs/service.js';
import { startTerminal, type TerminalProgram } from '../programs/terminal-program.js';
import type { Sandbox } from '../sandbox/sandbox.js';
import type { Schema } from '../settings/schema.js';
import { demoFiles, relayToml, terminalToml } from './files.js';
import { PaperPage } from './paper-page.js';
import { TransactionsFile } from './transactions-file.js';
import { Typist } from './typist.js';
import type { DemoPages } from './welcome.js';

export interface DemoOptions {
  readonly directory: string;
  /** First of four ports: terminal page, phone page, paper page, API. 0 lets the system choose each. */
  readonly port: number;
  readonly paymentType: 'gopay' | 'qris';
  readonly version: string;
  readonly environment: Environment;
  readonly fatal: (error: unknown) => void;
}

/** All three programs, a broker and simulated devices in this process; real HTTP, MQTT, SQLite and pictures between. */
export interface Demo extends ServedProgram {
  readonly sandbox: Sandbox;
  readonly relay: RelayProgram;
  readonly terminal: TerminalProgram;
  readonly paper: Paper;
  readonly typist: Typist;
  readonly pages: DemoPages;
}

/** @throws Failure for what keeps a program from starting, such as a port that is taken */
export async function startDemo(options: DemoOptions): Promise<Demo> {
  const { environment, directory, port, version, fatal } = options;
  const files = demoFiles(directory);
  const stops: (() => Promise<void>)[] = [];
  let pages: DemoPages = { terminal: '', phone: '', paper: '', api: () => '' };
  const next = (offset: number): number => (port === 0 ? 0 : port + offset);
  try {
    environment.secrets.register('demo-server-key', files.serverKey);
    const sandbox = makeSandbox(environment, files.serverKey, 300);
    const transactions = new TransactionsFile(files.transactionsFile, sandbox, environment);
    transactions.load();
    const phone = await listening('phone page', next(1), (at) => sandbox.listen(at));
    stops.push(
      () => sandbox.close(),
      async () => transactions.stop(),
    );
    transactions.start();

    const relayConfig = read(relaySchema, relayToml(files, phone.url));
    const relay = await startRelay({ config: relayConfig, environment, ownAddress: true });
    stops.push(() => relay.stop());

    const paper = new Paper();
    const printer = new VirtualPrinter({ paper, timers: environment.timers });
    const printerPort = await printer.listen();
    const paperPage = new PaperPage(paper, () => pages.api());
    const paperUrl = await listening('paper page', next(2), (at) => paperPage.listen(at));
    stops.push(
      () => printer.stop(),
      () => paperPage.close(),
    );

    const typist = new Typist();
    const { timers, log } = environment;
    const pad = new EvdevKeypad({ source: typist, timers, log, arch: process.arch });
    const places = {
      relayUrl: relay.url,
      brokerUrl: relay.brokerUrl ?? '',
      printerPort,
      pagePort: next(0),
      apiPort: next(3),
      paymentType: options.paymentType,
    };
    const config = read(terminalSchema, terminalToml(files, places));
    const search = searchHere(environment.log);
    const start = { config, version, environment, extraPads: [pad], search, fatal };
    const terminal = await listening('terminal page', next(0), () => startTerminal(start));
    stops.push(() => terminal.stop());

    pages = {
      ...{ terminal: terminal.pageUrl ?? '', phone: `${phone.url}/`, paper: paperUrl },
      api: () => terminal.apiUrl() ?? '',
    };
    return {
      ...{ sandbox, relay, terminal, paper, typist, pages },
      status: () => terminal.status(),
      progress: () => terminal.terminal.ticks,
      stop: () => stopAll(stops),
    };
  } catch (error) {
    await stopAll(stops);
    throw error;
  }
}

/** The other way round than they were started: who is asked outlives who asks. */
async function stopAll(stops: readonly (() => Promise<void>)[]): Promise<void> {
  for (const stop of [...stops].reverse()) await stop();
}

async function listening<T>(what: string, port: number, listen: (port: number) => Promise<T>): Promise<T> {
  try {
    return await listen(port);
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'EADDRINUSE') throw error;
    const detail = `port ${port} for the ${what} is taken; another one: --port 0`;
    throw new Failure({ kind: 'refused', code: FAULT.portTaken, detail });
  }
}

/** Through the same door as an operator's file, so that the demo cannot be set up in a way that a terminal cannot. */
function read<C>(schema: Schema<C>, text: string): C {
  const checked = check(schema, text);
  if (checked.ok) return checked.value;
  const words = checked.error.map((problem) => formatProblem('demo.toml', problem)).join('\n');
  throw new Error(`the demo's own configuration is wrong:\n${words}`);
}
