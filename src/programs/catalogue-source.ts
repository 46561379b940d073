import { closeSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs';
import { messageOf } from '../base/fault.js';
import { err, ok, type Result } from '../base/result.js';
import { rupiah } from '../base/rupiah.js';
import type { Words } from '../base/screen.js';
import { load } from '../config/load.js';
import { type ConfigProblem, formatProblem } from '../config/problem.js';
import { checkProducts, loadProducts, productFile } from '../config/products.js';
import { terminalSchema } from '../config/terminal-schema.js';
import type { TerminalConfig } from '../config/terminal-tables.js';
import { type Catalogue, catalogueOf } from '../core/catalogue/catalogue.js';
import { DONATION } from '../core/catalogue/choosing.js';
import type { Product } from '../core/catalogue/product.js';
import { FAULT } from '../core/fault/table.js';
import type { CatalogueSource } from '../terminal/catalogue-source.js';

type Settings = Extract<TerminalConfig['catalogue'], { readonly enabled: true }>;

/** The catalogue of a configuration, and of its file, which are read anew each time. */
export class ConfiguredCatalogue implements CatalogueSource {
  readonly #config: TerminalConfig;
  readonly #file: string | undefined;

  /** @param file of `config`; absent where it is not from one */
  constructor(config: TerminalConfig, file: string | undefined) {
    this.#config = config;
    this.#file = file;
  }

  read(): Result<Catalogue, readonly string[]> {
    const config = this.#current();
    if (!config.ok) return config;
    const { catalogue } = config.value;
    if (!catalogue.enabled) return err(['[catalogue] is gone: restart the terminal to sell without it']);
    if (catalogue.donationAmounts.length > 0) return ok(donations(catalogue));
    const products = loadProducts(config.value);
    return products.ok
      ? ok(catalogueOf(products.value, catalogue))
      : told(productFile(config.value), products.error);
  }

  replace(text: string): Result<Catalogue, readonly string[]> {
    const config = this.#current();
    if (!config.ok) return config;
    const path = productFile(config.value);
    const rows = checkProducts(text, config.value);
    if (!rows.ok) return told('the file', rows.error);
    const trouble = writeWhole(path, text);
    return trouble === undefined ? this.read() : err([`E${FAULT.productFileUnreadable} ${path}: ${trouble}`]);
  }

  /** Of terminal.toml only the catalogue is read again: what else has changed there waits for a restart. */
  #current(): Result<TerminalConfig, readonly string[]> {
    if (this.#file === undefined) return ok(this.#config);
    const checked = load(terminalSchema, this.#file);
    if (!checked.ok) return told(this.#file, checked.error);
    const { catalogue, product } = checked.value;
    return ok({ ...this.#config, catalogue, product });
  }
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

function bothOf(text: string): Words {
  const [id = '', en = id] = text.split(' / ');
  return { id, en };
}

/** After a power cut either the old file is there, or the new one. @returns why not */
function writeWhole(path: string, text: string): string | undefined {
  const beside = `${path}.new`;
  try {
    const file = openSync(beside, 'w', 0o644);
    try {
      writeSync(file, text);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(beside, path);
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}
