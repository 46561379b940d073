import type { Agent } from 'node:https';
import type { SecureContext } from 'node:tls';

/** How TLS connections leave this machine, where it is not straight and by the system's authorities alone. */
export interface Network {
  /** Makes them, for HTTP and for WebSockets: through the proxy, or straight to whom that is not for. */
  readonly agent: Agent;
  /** Trusts the system's authorities and those of a file. Undefined: the system's alone. */
  readonly trust: SecureContext | undefined;
  /** `host:port` of the proxy to that address; undefined where it is reached straight. */
  readonly proxyFor: (url: string) => string | undefined;
}
