import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { messageOf } from '../base/fault.js';
import { err, ok, type Result } from '../base/result.js';
import { rupiah } from '../base/rupiah.js';
import { type ConfigProblem, formatProblem } from '../config/problem.js';
import { readProductFile } from '../config/product-file.js';
import { pictureNotes } from '../config/product-pictures.js';
import { checkProducts, loadProducts, picturesIn, productFile } from '../config/products.js';
import type { TerminalConfig } from '../config/terminal-tables.js';
import { type Catalogue, catalogueOf } from '../core/catalogue/catalogue.js';
import { DONATION } from '../core/catalogue/choosing.js';
import type { Product } from '../core/catalogue/product.js';
import { FAULT } from '../core/fault/table.js';
import { bothOf } from '../core/text/both-of.js';
import { writeWhole } from '../host/whole-file.js';
import type { Log } from '../port/log.js';
import type { CatalogueSource } from '../terminal/catalogue-source.js';
import { loadTerminal } from './terminal-file.js';

type Settings = Extract<TerminalConfig['catalogue'], { readonly enabled: true }>;

/** The catalogue of a configuration, and of its file, which are read anew each time. */
export class ConfiguredCatalogue implements CatalogueSource {
  readonly #config: TerminalConfig;
  readonly #file: string | undefined;
  readonly #log: Log;
  readonly #reload: (() => Result<TerminalConfig, readonly string[]>) | undefined;

  /**
   * @param file of `config`; absent where it is not from one
   * @param reload the file as it is now, with what is laid over it; absent where nothing is
   */
  constructor(
    config: TerminalConfig,
    file: string | undefined,
    log: Log,
    reload?: () => Result<TerminalConfig, readonly string[]>,
  ) {
    this.#reload = reload;
    this.#config = config;
    this.#file = file;
    this.#log = log;
  }

  read(): Result<Catalogue, readonly string[]> {
    const config = this.#current();
    if (!config.ok) return config;
    const { catalogue } = config.value;
    if (!catalogue.enabled) return err(['[catalogue] is gone: restart the terminal to sell without it']);
    if (catalogue.donationAmounts.length > 0) return ok(donations(catalogue));
    const products = loadProducts(config.value);
    if (!products.ok) return told(productFile(config.value), products.error);
    this.#keep(config.value);
    return ok(catalogueOf(products.value, catalogue));
  }

  last(): Catalogue | undefined {
    const { catalogue } = this.#config;
    if (!catalogue.enabled) return undefined;
    const products = loadProducts(this.#config, lastFile(this.#config));
    return products.ok ? catalogueOf(products.value, catalogue) : undefined;
  }

  /** A copy of a file without mistakes: somebody may edit it, and the power go, before anybody sees that it is bad. */
  #keep(config: TerminalConfig): void {
    const last = lastFile(config);
    const text = readProductFile(productFile(config));
    const before = readProductFile(last);
    if (text.ok && before.ok && text.value === before.value) return;
    const trouble = text.ok ? writeWhole(last, text.value) : removed(last);
    if (trouble !== undefined) this.#log.warn(`E${FAULT.productFileUnreadable} ${last}: ${trouble}`);
  }

  notes(): readonly string[] {
    const config = this.#current();
    if (!config.ok) return [];
    const path = productFile(config.value);
    const text = readProductFile(path);
    const inToml = config.value.product.flatMap(({ picture }) =>
      picture === undefined ? [] : [{ picture }],
    );
    const noted = (file: string, pictures: ReturnType<typeof picturesIn>): string[] =>
      pictureNotes(pictures, dirname(path)).map((problem) => formatProblem(file, problem));
    return [
      ...noted(this.#file ?? 'terminal.toml', inToml),
      ...noted(path, text.ok ? picturesIn(text.value) : []),
    ];
  }

  replace(text: string, named: string): Result<Catalogue, readonly string[]> {
    const config = this.#current();
    if (!config.ok) return config;
    const path = productFile(config.value);
    const rows = checkProducts(text, config.value);
    if (!rows.ok) return told(named, rows.error);
    const trouble = writeWhole(path, text);
    return trouble === undefined ? this.read() : err([`E${FAULT.productFileUnreadable} ${path}: ${trouble}`]);
  }

  /** Of terminal.toml only the catalogue is read again: what else has changed there waits for a restart. */
  #current(): Result<TerminalConfig, readonly string[]> {
    if (this.#file === undefined) return ok(this.#config);
    const again = this.#reload?.();
    if (again?.ok === false) return again;
    const checked = again ?? loadTerminal(this.#file);
    if (!checked.ok) return told(this.#file, checked.error);
    const { catalogue, product } = checked.value;
    return ok({ ...this.#config, catalogue, product });
  }
}

function lastFile({ journal }: TerminalConfig): string {
  return join(journal.directory, 'products.last.csv');
}

function told(file: string, problems: readonly ConfigProblem[]): Result<never, readonly string[]> {
  return err(problems.map((problem) => formatProblem(file, problem)));
}

/** One touch each; what comes out is thanks. */
function donations(settings: Settings): Catalogue {
  const products = settings.donationAmounts.map((price): Product => {
    return { id: `donation-${price}`, name: DONATION, price: rupiah(price) };
  });
  const { donationPurpose } = settings;
  const purpose = donationPurpose === undefined ? {} : { purpose: bothOf(donationPurpose) };
  return catalogueOf(products, { ...settings, cart: false, donation: purpose });
}

/** @returns why it is still there */
function removed(path: string): string | undefined {
  try {
    rmSync(path, { force: true });
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}
