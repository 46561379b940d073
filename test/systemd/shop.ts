import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Container } from './container.js';
import type { Program } from './program.js';
import { ROOT, rootfs } from './rootfs.js';

/** One line of journald. */
export interface Entry {
  readonly MESSAGE: string;
  readonly PRIORITY: string;
  readonly _PID: string;
}

/** A machine with gopay-pos installed on it by install.sh, as a technician would. */
export class Shop {
  readonly container: Container;
  /** What the two runs of install.sh printed. */
  readonly installed: readonly [string, string];
  readonly #program: Program;
  readonly #files: Readonly<Record<string, string>>;

  private constructor(
    container: Container,
    program: Program,
    files: Readonly<Record<string, string>>,
    installed: readonly [string, string],
  ) {
    this.container = container;
    this.#program = program;
    this.#files = files;
    this.installed = installed;
  }

  /** @param files what the technician writes before installing, path to content: configurations, keys. */
  static async open(program: Program, files: Readonly<Record<string, string>>): Promise<Shop> {
    const parts = ['node_modules', 'systemd', 'devices', 'package.json', 'package-lock.json'];
    const binds = parts
      .filter((part) => existsSync(join(ROOT, part)))
      .map((part) => [join(ROOT, part), `/opt/checkout/${part}`]);
    const container = await Container.boot(rootfs(), {
      ...Object.fromEntries(binds),
      [program.dist]: '/opt/checkout/dist',
    });
    const sh = (script: string): string => container.sh(script);
    sh(fill(files));
    const install = '/opt/checkout/systemd/install.sh 2>&1';
    return new Shop(container, program, files, [sh(install), sh(install)]);
  }

  /** Takes back what a test changed in configuration, secrets and units, so that the next one has its own failures only. */
  tidy(): void {
    this.container.sh(`${fill(this.#files)}
      rm -rf /etc/credstore.encrypted /run/systemd/system/gopay-pos*.service.d; systemctl daemon-reload`);
  }

  async close(): Promise<void> {
    await this.container.stop();
    this.#program.remove();
  }

  show(unit: string, property: string): string {
    return this.container.sh(`systemctl show -P ${property} ${unit}`);
  }

  /** The lines of this run of the unit, as journald has them. */
  entries(unit: string, ...filters: readonly string[]): Entry[] {
    const text = this.container.sh(`journalctl --sync; journalctl -u ${unit} -o json ${filters.join(' ')}`);
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Entry);
  }

  /** What was logged about or by the unit from `since` (seconds, as {@link now} gives them). */
  said(unit: string, since: string): string {
    return this.container.sh(`journalctl --sync; journalctl -u ${unit} -o cat --since=@${since}`);
  }

  now(): string {
    return this.container.sh('date +%s.%N');
  }

  /** The main process of the unit, which is started if it does not run. */
  running(unit: string): number {
    this.container.sh(`systemctl start ${unit}`);
    return Number(this.show(unit, 'MainPID'));
  }

  /** Starts the unit anew and waits until systemd calls it active, which `Type=notify` says at READY only. */
  restart(unit: string): number {
    this.container.sh(
      `systemctl stop ${unit}; systemctl reset-failed ${unit} 2>/dev/null || :; systemctl start ${unit}`,
    );
    return Number(this.show(unit, 'MainPID'));
  }

  /** Waits for another main process than `pid` to be ready. */
  async again(unit: string, pid: number): Promise<number> {
    // One question for both, because between two the unit goes on.
    const pidOf = (shown: string): number =>
      /^ActiveState=active$/m.test(shown) ? Number(/^MainPID=(\d+)$/m.exec(shown)?.[1]) : 0;
    const shown = await this.container.until(
      `systemctl show -p ActiveState -p MainPID ${unit}`,
      (text) => pidOf(text) > 0 && pidOf(text) !== pid,
    );
    return pidOf(shown);
  }

  /** A change of the unit for one test, in the way that a technician makes one: a drop-in. */
  override(unit: string, lines: string): void {
    const directory = `/run/systemd/system/${unit}.d`;
    this.container.sh(`mkdir -p ${directory}; printf '[Service]\\n%s\\n' '${lines}' >${directory}/test.conf
                       systemctl daemon-reload`);
  }
}

/** A script that writes these files, the secret ones for root alone. */
function fill(files: Readonly<Record<string, string>>): string {
  return Object.entries(files)
    .map(([path, content]) => {
      const mode = /^\/(etc\/credstore|root)\//.test(path) ? '0600' : '0644';
      const base64 = Buffer.from(content).toString('base64');
      return `echo ${base64} | base64 -d | install -D -m ${mode} /dev/stdin ${path}`;
    })
    .join('\n');
}
