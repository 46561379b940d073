import type { TerminalConfig } from '../config/terminal-tables.js';
import type { Environment } from '../programs/environment.js';
import type { GatewayContext } from './gateway-checks.js';
import type { HostContext } from './host-checks.js';
import type { NotificationContext } from './notification-checks.js';

/** What a running terminal says of itself (`status --json`). Another version may say less. */
export interface RunningTerminal {
  readonly version?: string;
  readonly readings?: Readonly<
    Record<string, { readonly code: number; readonly detail: string } | undefined>
  >;
  readonly pads?: Readonly<Record<string, boolean>>;
  readonly lines?: Readonly<Record<string, string>>;
  readonly link?: { readonly up: boolean };
  readonly setAside?: string;
  readonly lastCharge?: { readonly orderId: string; readonly code: number };
}

export interface ExaminedTerminal extends HostContext, GatewayContext, NotificationContext {
  readonly config: TerminalConfig;
  /** Undefined where none runs: then lines and devices are opened here. */
  readonly running: RunningTerminal | undefined;
  readonly environment: Environment;
  /** The broker's password; '' where none is needed, undefined where it cannot be read by who asks. */
  readonly brokerPassword: string | undefined;
  /** How long nobody else may come under this terminal's id. */
  readonly aloneMs: number;
}

/** What the running terminal found, as it stands. */
export function reading(
  { running }: ExaminedTerminal,
  fact: string,
): { readonly code: number; readonly detail: string } | undefined {
  return running?.readings?.[fact];
}
