import { readFileSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { DEVICES } from '../../devices/catalogue.js';
import type { KioskPage } from '../../devices/display/kiosk/kiosk-page.js';
import { QrPictureReader, type QrSearch } from '../../devices/kit/qr-picture.js';
import { QrSearchProcess } from '../../devices/kit/qr-search-process.js';
import type { Tools } from '../../devices/kit/tools.js';
import type { Api } from '../../devices/register/api/device.js';
import { assert } from '../base/assert.js';
import { Failure, messageOf, refused } from '../base/fault.js';
import type { Result } from '../base/result.js';
import type { TerminalConfig } from '../config/terminal-tables.js';
import type { FragmentDesk } from '../control/fragment-desk.js';
import { Reconciler } from '../control/reconciler.js';
import type { RemoteDesk } from '../control/remote-desk.js';
import { ControlServer } from '../control/server.js';
import { statusLine } from '../control/status.js';
import { FAULT } from '../core/fault/table.js';
import { openingHours, parseOpeningEntry } from '../core/opening/hours.js';
import type { Sale } from '../core/sale/sale.js';
import { closingTime } from '../core/shift/closing-time.js';
import { useConnectTime } from '../host/connect.js';
import { freeBytes, roomFor } from '../host/disk.js';
import { hostFacts } from '../host/pi.js';
import { WebhookPoster } from '../host/webhook-poster.js';
import type { Journal } from '../journal/journal.js';
import { CoreApiClient } from '../midtrans/client.js';
import { basicAuthorization } from '../midtrans/credential.js';
import { httpTransport } from '../midtrans/exchange.js';
import { type Discovery, MqttLink } from '../mqtt/link.js';
import type { Display } from '../port/display.js';
import type { Keypad } from '../port/keypad.js';
import type { Link } from '../port/link.js';
import type { Adapters, RegisterPlace, ReportPlace, TerminalSettings } from '../terminal/context.js';
import { receiptOf } from '../terminal/receipt-of.js';
import { Terminal } from '../terminal/terminal.js';
import type { Environment } from './environment.js';
import { configTroubles, laidOver } from './laid-over.js';
import { ownLooks } from './own-process.js';
import { makePage, makeScreens, pictureFolder } from './screens.js';
import type { ServedProgram } from './service.js';
import { soldTerms } from './sold-terms.js';
import { openJournal } from './terminal-journal.js';
import type { TokenKeeper } from './token-keeper.js';
import { discoveryFor, eventsOf, metricsOf } from './told-parts.js';

export interface TerminalProgram extends ServedProgram {
  readonly terminal: Terminal;
  readonly journal: Journal;
  /** Address of the terminal page, where there is one. */
  readonly pageUrl: string | undefined;
  /** Where the API listens, once it does. */
  readonly apiUrl: () => string | undefined;
  readonly metricsPort: number | undefined;
}

export interface TerminalStart {
  readonly config: TerminalConfig;
  /** Where it is from, for what is read again while it runs. */
  readonly file?: string;
  readonly version: string;
  readonly environment: Environment;
  /** Clock and timers of devices and of the link, where they are not those of the terminal: stories turn the latter. */
  readonly outside?: Pick<Environment, 'clock' | 'timers'>;
  /** Pads and screens beside those of the configuration: the demo's and the tests'. */
  readonly extraPads?: readonly Keypad[];
  readonly extraDisplays?: readonly Display[];
  /** Where pictures are searched that cannot be read the short way; a process of its own. */
  readonly search?: QrSearch;
  /** Of the process that makes the shop's pictures small. Tests name another one. */
  readonly pictureProgram?: string;
  /** The file as it is now, with what is laid over it; absent where nothing is. */
  readonly reload?: () => Result<TerminalConfig, readonly string[]>;
  /** Of this command line, for what is done by a process of its own; absent where there is none. */
  readonly program?: string;
  /** Ends the process, so that it is started again; absent where nobody would. */
  readonly again?: (() => void) | undefined;
  /** Memory and disk may disagree: the process ends. */
  readonly fatal: (error: unknown) => void;
}

/**
 * Puts a terminal together from its configuration and starts it.
 * @throws Failure for what keeps it from starting at all
 */
export async function startTerminal(given: TerminalStart): Promise<TerminalProgram> {
  const { start, afar } = await laidOver(given);
  const { config, version, environment, fatal } = start;
  const { clock, log } = environment;
  useConnectTime(config.gateway.timeoutSeconds * 1000);
  const { directory } = config.journal;
  const journal = openJournal(start);
  const keeper = await keeperOf(start);
  try {
    const page = await makePage(config, { ...environment, ...start.outside });
    const desk = await makeDesk(start, () => link, afar?.desk);
    const link = makeLink(start, desk, keeper, await discoveryFor(config, version, log));
    const metrics = await metricsOf(config, environment);
    const roster = await makeRoster(start, journal, page, link, keeper);
    const adapters = { ...roster, gateway: metrics?.times.of(roster.gateway) ?? roster.gateway };
    const settings = {
      ...settingsOf(config, version),
      ...(afar === undefined ? {} : { fromAfar: () => afar.desk.told() }),
    };
    const terminal = new Terminal(adapters, settings, (error) => {
      journal.noteDoubt(error);
      fatal(error);
    });
    const reconciler = new Reconciler({
      ...{ journal, gateway: adapters.gateway },
      ...{ statusCalls: terminal.statusCalls, timers: environment.timers },
    });
    const { head, terminalId } = settings;
    const { displays, printer, speaker } = adapters;
    const subject = {
      ...{ terminal, journal, version, clock, head, terminalId, reconciler },
      ...{ displays, printer, speaker, recent: environment.recent },
      soldTerms: soldTerms(config),
      receiptOf: (sale: Sale) => receiptOf({ adapters, settings }, sale),
      again: start.again,
      ...ownLooks(start.program, start.file, directory),
      fromAfar: () => afar?.all(),
      configTroubles: () => configTroubles(start),
      token: keeper,
    };
    desk?.open(subject);
    const control = new ControlServer(config.control.socket, subject, log);
    await control.start();
    await terminal.start();
    keeper?.start();
    afar?.desk.begin(subject);
    return {
      terminal,
      journal,
      pageUrl: page?.url,
      apiUrl: () => apiUrlOf(config, adapters),
      metricsPort: await metrics?.start(() => terminal.run(() => terminal.boxState())),
      status: () => statusLine(terminal.state(), subject),
      progress: () => terminal.ticks,
      stop: async () => {
        await metrics?.stop();
        await control.stop();
        await terminal.stop();
        desk?.stop();
        keeper?.stop();
      },
    };
  } catch (error) {
    journal.close();
    throw error;
  }
}

function apiUrlOf({ api }: TerminalConfig, { registers }: Adapters): string | undefined {
  const door = registers.find(({ kind }) => kind === 'api')?.register as Api | undefined;
  const port = door?.port();
  if (!api.enabled || port === undefined) return undefined;
  const host = api.host.includes(':') ? `[${api.host}]` : api.host;
  return `${api.tlsCert === undefined ? 'http' : 'https'}://${host}:${port}`;
}

async function makeRoster(
  start: TerminalStart,
  journal: Journal,
  page: KioskPage | undefined,
  link: Link | undefined,
  keeper: TokenKeeper | undefined,
): Promise<Adapters> {
  const { config, environment, search, extraPads = [], extraDisplays = [] } = start;
  const { clock, timers, random, log } = environment;
  const tools = { ...environment, ...start.outside };
  const pads = config.keypad.enabled ? await DEVICES.keypad.open(config.keypad, tools) : [];
  const pagePads = page !== undefined && config.page.enabled && config.page.keypad ? [page.keypad] : [];
  return {
    journal,
    gateway: makeGateway(config, environment, keeper),
    qrReader: new QrPictureReader(search ?? new QrSearchProcess({ timers, log })),
    displays: [
      ...(page === undefined ? [] : [page.display]),
      ...(await makeScreens(config, tools)),
      ...extraDisplays,
    ],
    keypads: [...pads, ...pagePads, ...extraPads],
    ...(config.printer.enabled ? { printer: await DEVICES.printer.open(config.printer, tools) } : {}),
    registers: await registersOf(config, { ...tools, secret: environment.secret }),
    ...(await vendingOf(config, tools)),
    ...(config.speaker.enabled
      ? { speaker: await DEVICES.speaker.open(config.speaker, { ...tools, zone: config.slip.zone }) }
      : {}),
    ...(link === undefined ? {} : { link }),
    webhooks: [
      ...config.webhook.map(({ name, url, events, secret }) => {
        const key = environment.secret(`webhook.${name}`, secret);
        const ways = { clock, timers: tools.timers, network: environment.network };
        return new WebhookPoster({ name, url, kinds: events, secret: key, ...ways });
      }),
      ...(await eventsOf(config, link)),
    ],
    reports: await reportsOf(start),
    ...(await catalogueParts(start)),
    ...(config.idle.enabled
      ? { idle: (await import('./idle-pictures.js')).idlePictures(start, config.idle) }
      : {}),
    ...(await receiptsOf(config, environment, keeper)),
    ...(keeper === undefined ? {} : { tokenEndsMs: () => keeper.endsAtMs }),
    clock,
    timers,
    random,
    log,
    hostFacts,
    freeBytes: async () => roomFor(await freeBytes(config.journal.directory), journal.reusableBytes),
  };
}

/**
 * Pictures are opened by a process of their own, beside that of the QR codes: no customer waits for a picture of tea. Loaded
 * only where there is a catalogue.
 */
async function catalogueParts({
  config,
  environment,
  file,
  reload,
  pictureProgram: program,
}: TerminalStart): Promise<Pick<Adapters, 'catalogue' | 'pictures'>> {
  if (!config.catalogue.enabled) return {};
  const { ConfiguredCatalogue } = await import('./catalogue-source.js');
  const { PictureCache } = await import('../../devices/kit/picture-cache.js');
  const { timers } = environment;
  const log = environment.log.child('products');
  const scaler = new QrSearchProcess({ timers, log, ...(program === undefined ? {} : { program }) });
  const pictures = new PictureCache({ folder: pictureFolder(config), scaler, log });
  return { catalogue: new ConfiguredCatalogue(config, file, log, reload), pictures };
}

/** Loaded only where there are receipts for phones. */
async function receiptsOf(
  { receipt, gateway, terminal }: TerminalConfig,
  { secret }: Environment,
  keeper: TokenKeeper | undefined,
): Promise<Pick<Adapters, 'receipts'>> {
  if (receipt.link === 'off') return {};
  if (receipt.link === 'whatsapp') {
    const { whatsappReceipt } = await import('../core/text/whatsapp-receipt.js');
    return { receipts: { linkOf: whatsappReceipt } };
  }
  const { SignedReceipts } = await import('../relay/receipt-link.js');
  const { tokenSha256 } = await import('../relay/terminals.js');
  const digest =
    'enrolled' in gateway.secret ? keeper?.receiptKey : tokenSha256(secret('gateway', gateway.secret));
  assert(digest !== undefined, 'whoever is enrolled has a key for receipts');
  return { receipts: new SignedReceipts(receipt.url ?? gateway.url, terminal.id, digest) };
}

/** Loaded only where reports go out. */
async function reportsOf({ config, environment, outside }: TerminalStart): Promise<readonly ReportPlace[]> {
  if (config.report.folder === undefined && config.report.mailTo.length === 0) return [];
  const { reportPlaces } = await import('./report-places.js');
  return reportPlaces(config.report, slipHead(config), outside?.timers ?? environment.timers);
}

async function registersOf(
  { register, api, program, slip: { zone } }: TerminalConfig,
  tools: Tools & Pick<Environment, 'secret'>,
): Promise<RegisterPlace[]> {
  const places: RegisterPlace[] = [];
  if (register.enabled) {
    const { acknowledge } = register;
    places.push({ register: await DEVICES.register.open(register, tools), kind: 'register', acknowledge });
  }
  if (api.enabled) {
    const { acknowledge, tlsCert, tlsKey } = api;
    const programs = program.map(({ name, rights, secret }) => {
      return { name, rights, token: tools.secret(`program.${name}`, secret) };
    });
    const tls =
      tlsCert === undefined || tlsKey === undefined
        ? {}
        : {
            tls: {
              cert: () => readCertificate(tlsCert),
              key: () => tools.secret('api.tls_key', tlsKey),
            },
          };
    places.push({
      register: await DEVICES.api.open(api, { ...tools, ...tls, programs, zone }),
      kind: 'api',
      acknowledge,
    });
  }
  return places;
}

/** @throws Failure FAULT.apiTls */
function readCertificate(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (thrown) {
    throw new Failure(refused(FAULT.apiTls, messageOf(thrown)));
  }
}

async function vendingOf({ vending }: TerminalConfig, tools: Tools): Promise<Pick<Adapters, 'vending'>> {
  if (!vending.enabled) return {};
  const { patienceSeconds, slotFailures } = vending;
  return {
    vending: {
      machine: await DEVICES.vending.open(vending, tools),
      patienceMs: patienceSeconds * 1000,
      slotFailures,
    },
  };
}

/** Loaded only where the box is enrolled. @throws Failure FAULT.enrolFailed */
async function keeperOf({ config, environment }: TerminalStart): Promise<TokenKeeper | undefined> {
  const { gateway, mqtt, terminal, journal } = config;
  if (!('enrolled' in gateway.secret) && !(mqtt.enabled && 'enrolled' in mqtt.secret)) return undefined;
  const { TokenKeeper, enrolmentOf } = await import('./token-keeper.js');
  const log = environment.log.child('token');
  return new TokenKeeper(enrolmentOf(journal.directory, terminal), { ...environment, log });
}

/** What is sent as password: a text of the configuration, or a token that is another one after a while. */
function passwordOf(
  name: string,
  source: TerminalConfig['gateway']['secret'],
  { secret }: Environment,
  keeper: TokenKeeper | undefined,
): () => string {
  if ('enrolled' in source) return () => keeper?.token ?? '';
  const password = secret(name, source);
  return () => password;
}

function makeGateway(
  config: TerminalConfig,
  environment: Environment,
  keeper: TokenKeeper | undefined,
): CoreApiClient {
  const { gateway, terminal } = config;
  const secret = passwordOf('gateway', gateway.secret, environment, keeper);
  const header = (): string =>
    gateway.mode === 'direct' ? basicAuthorization(secret(), '') : basicAuthorization(terminal.id, secret());
  const timeoutMs = gateway.timeoutSeconds * 1000;
  return new CoreApiClient({
    baseUrl: gateway.url,
    authorization: header,
    ...(keeper === undefined
      ? {}
      : { exchange: keeper.listening(httpTransport(environment.timers, environment.network)) }),
    terminalId: terminal.id,
    timeouts: { chargeMs: 2 * timeoutMs, statusMs: timeoutMs, closeMs: timeoutMs, pictureMs: timeoutMs },
    paymentType: gateway.paymentType,
    ...(gateway.customExpirySeconds === undefined
      ? {}
      : { customExpirySeconds: gateway.customExpirySeconds }),
    ...(gateway.itemName === undefined ? {} : { itemName: gateway.itemName }),
    ...(gateway.mode === 'direct'
      ? { notificationUrls: gateway.notificationUrls }
      : { picturesNeedCredential: true }),
    customer: config.customer,
    metadata: { ...pairsOf(gateway.metadata), terminal: terminal.id },
    turn: setImmediate,
    clock: environment.clock,
    timers: environment.timers,
    log: environment.log.child('gateway'),
    network: environment.network,
  });
}

/** `name=value` lines, as an object. */
function pairsOf(lines: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
}

/** Loaded only where there are operators. */
async function makeDesk(
  { config, environment, outside }: TerminalStart,
  link: () => MqttLink | undefined,
  fragments: FragmentDesk | undefined,
): Promise<RemoteDesk | undefined> {
  if (config.operator.length === 0 || !config.mqtt.enabled) return undefined;
  const { RemoteDesk } = await import('../control/remote-desk.js');
  const { clock, timers, log } = environment;
  const { merchant, id } = config.terminal;
  return new RemoteDesk({
    fragments,
    ...{ operators: config.operator, merchant, terminal: id, clock, timers: outside?.timers ?? timers, log },
    reply: async (payload) => (await link()?.reply(payload)) ?? { kind: 'unanswered', why: 'no link' },
  });
}

function makeLink(
  start: TerminalStart,
  commands: RemoteDesk | undefined,
  keeper: TokenKeeper | undefined,
  discovery: Discovery | undefined,
): MqttLink | undefined {
  const { config, environment, fatal } = start;
  const { mqtt, terminal } = config;
  if (!mqtt.enabled) return undefined;
  const { clock, timers, random, log, network } = { ...environment, ...start.outside };
  return new MqttLink({
    broker: { urls: mqtt.url, ...(mqtt.caFile === undefined ? {} : { tls: { caFile: mqtt.caFile } }) },
    merchant: terminal.merchant,
    terminal: terminal.id,
    password: passwordOf('mqtt', mqtt.secret, environment, keeper),
    keep311Session: mqtt.session === 'persistent',
    keepaliveS: mqtt.keepaliveSeconds,
    clock,
    timers,
    random,
    log: log.child('mqtt'),
    network,
    ...(commands === undefined ? {} : { commands }),
    ...(discovery === undefined ? {} : { discovery }),
    onFatal: fatal,
  });
}

/** How the shop's slips begin and end, and how they speak. */
export function slipHead({ terminal, terminalContact, slip }: TerminalConfig): TerminalSettings['head'] {
  const { language, zone, dates, header, footer } = slip;
  const { id, shop } = terminal;
  return { shop, terminal: id, header, footer, language, zone, dates, contact: terminalContact };
}

function slipBounds({ printer }: TerminalConfig): TerminalSettings['slips'] {
  const { queueSlips, queueHours } = printer.enabled ? printer : { queueSlips: 1, queueHours: 1 };
  return { most: queueSlips, maxAgeMs: queueHours * 3_600_000 };
}

/** A message at WhatsApp has no end. */
function receiptSettings(receipt: TerminalConfig['receipt']): NonNullable<TerminalSettings['receipt']> {
  const days = receipt.link === 'relay' ? receipt.days : 1;
  return { days, when: receipt.when, stayMs: receipt.staySeconds * 1000 };
}

function settingsOf(config: TerminalConfig, version: string): TerminalSettings {
  const { terminal, gateway, sale, receipt, refund, journal, shift, slip, hours, idle } = config;
  return {
    terminalId: terminal.id,
    shop: terminal.shop,
    version,
    ...(terminal.group === undefined ? {} : { group: terminal.group }),
    rules: {
      qrLifeMs: sale.qrLifeSeconds * 1000,
      unknownAfterMs: sale.unknownAfterSeconds * 1000,
      claimMs: sale.claimSeconds * 1000,
      denyAttempts: gateway.denyAttempts,
      ...(refund.enabled
        ? { refund: { reason: refund.reason, unknownDelivery: refund.unknownDelivery } }
        : {}),
      ...(gateway.merchantId === undefined ? {} : { merchantId: gateway.merchantId }),
    },
    limits: { min: sale.min, max: sale.max },
    rights: new Map(config.program.map(({ name, rights }) => [name, rights])),
    head: slipHead(config),
    direct: gateway.mode === 'direct',
    ...(config.mqtt.enabled ? { heartbeatMs: config.mqtt.heartbeatSeconds * 1000 } : {}),
    // With QRIS the charge itself brings what is in the QR.
    pictures: gateway.paymentType === 'gopay',
    printQr: config.printer.enabled && config.printer.printQr,
    printEarly: config.printer.enabled && config.printer.printEarly,
    printReceipt: config.printer.enabled && config.printer.printReceipt,
    ...(config.printer.enabled && config.printer.printUnpaid !== 'never'
      ? { printUnpaid: config.printer.printUnpaid }
      : {}),
    slips: slipBounds(config),
    paidMs: sale.paidSeconds * 1000,
    ...(receipt.link === 'off' ? {} : { receipt: receiptSettings(receipt) }),
    minFreeBytes: journal.minFreeMib * 1024 * 1024,
    ...(idle.enabled ? { idle: { everyMs: idle.seconds * 1000, afterMs: idle.afterSeconds * 1000 } } : {}),
    ...(hours.enabled
      ? {
          hours: {
            open: openingHours(
              hours.open.flatMap((entry) => parseOpeningEntry(entry) ?? []),
              slip.zone,
            ),
            binds: hours.binds,
          },
        }
      : {}),
    ...(journal.archiveAfterDays === 0 ? {} : { archiveAfterMs: journal.archiveAfterDays * 86_400_000 }),
    ...(shift.closeAfterHours === 0 ? {} : { closeShiftAfterMs: shift.closeAfterHours * 3_600_000 }),
    ...(shift.closeAt === undefined ? {} : { closeShiftAt: closingTime(shift.closeAt, config.slip.zone) }),
  };
}
