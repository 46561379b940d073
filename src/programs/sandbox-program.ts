import { Sandbox } from '../sandbox/sandbox.js';
import type { Environment } from './environment.js';
import type { ServedProgram } from './service.js';

/** Opens nothing but this sandbox; real keys begin the same way and are as long. */
const DEMO_KEY = 'SB-Mid-server-sandbox-demo';

export interface SandboxStart {
  readonly environment: Environment;
  readonly port: number;
  /** A server key of one's own, mode 0400; without it the key is {@link DEMO_KEY}, and the log says so. */
  readonly keyFile?: string;
}

/** @param notifyWithinMs the real one takes up to 20 s; a person who watches should not */
export function makeSandbox(environment: Environment, serverKey: string, notifyWithinMs: number): Sandbox {
  const { clock, timers, random, log } = environment;
  return new Sandbox({
    ...{ serverKey, notifyWithinMs, clock, timers, random, log },
    // Midtrans switches refunds on for the account of a POS; here everybody may try them, and the fault `refuse` says no.
    posRefund: true,
    ...{ merchantId: 'G490526303', merchantName: 'Warung Bu Sri', merchantCity: 'BANDUNG' },
  });
}

/** @throws Failure for an address that is taken, or a key file that cannot be used */
export async function startSandbox(start: SandboxStart): Promise<ServedProgram> {
  const { environment, port, keyFile } = start;
  const serverKey = keyFile === undefined ? DEMO_KEY : environment.secret('server-key', { file: keyFile });
  const sandbox = makeSandbox(environment, serverKey, 1_000);
  const { url } = await sandbox.listen(port);
  environment.log.info(`sandbox at ${url}, phone page ${url}/, server key ${keyFile ?? DEMO_KEY}`);
  return { status: () => `sandbox at ${url}`, stop: () => sandbox.close() };
}
