import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Container } from './container.js';
import type { Program } from './program.js';
import { ROOT, rootfs } from './rootfs.js';

export const KEY = 'SB-Mid-server-abcdefghijkl';

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

  private constructor(container: Container, installed: readonly [string, string]) {
    this.container = container;
    this.installed = installed;
  }

  static async open(program: Program): Promise<Shop> {
    const parts = ['node_modules', 'systemd', 'devices', 'package.json', 'package-lock.json'];
    const binds = parts
      .filter((part) => existsSync(join(ROOT, part)))
      .map((part) => [join(ROOT, part), `/opt/checkout/${part}`]);
    const container = await Container.boot(rootfs(), {
      ...Object.fromEntries(binds),
      [program.dist]: '/opt/checkout/dist',
    });
    const sh = (script: string): string => container.sh(script);
    sh(`install -d -m 0700 /etc/credstore
        umask 077; echo ${KEY} >/etc/credstore/gopay-pos.gateway`);
    const install = '/opt/checkout/systemd/install.sh 2>&1';
    return new Shop(container, [sh(install), sh(install)]);
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

  /** Starts the unit anew and waits until systemd calls it active, which `Type=notify` says at READY only. */
  restart(unit: string): number {
    this.container.sh(
      `systemctl stop ${unit}; systemctl reset-failed ${unit} 2>/dev/null || :; systemctl start ${unit}`,
    );
    return Number(this.show(unit, 'MainPID'));
  }

  /** Waits for another main process than `pid` to be ready. */
  async again(unit: string, pid: number): Promise<number> {
    const text = await this.container.until(
      `systemctl show -P ActiveState ${unit}; systemctl show -P MainPID ${unit}`,
      (output) => output.startsWith('active\n') && output !== `active\n${pid}`,
    );
    return Number(text.split('\n')[1]);
  }

  /** A change of the unit for one test, in the way that a technician makes one: a drop-in. */
  override(unit: string, lines: string): void {
    const directory = `/run/systemd/system/${unit}.d`;
    this.container.sh(`mkdir -p ${directory}; printf '[Service]\\n%s\\n' '${lines}' >${directory}/test.conf
                       systemctl daemon-reload`);
  }

  release(unit: string): void {
    this.container.sh(`rm -f /run/systemd/system/${unit}.d/test.conf; systemctl daemon-reload`);
  }
}
