import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request as clearRequest, type IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type TLSSocket } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { tokenSha256 } from '../../src/relay/terminals.js';
import { BrokerProcess } from '../broker/kit/broker-process.js';
import { MERCHANT, TERMINALS } from '../broker/kit/people.js';
import { makeCertificate } from '../kit/certificate.js';
import { SERVER_KEY } from './client-kit.js';

export const NAME = 'relay.example.com';
/** Whoever calls from outside. */
export const FAR = '203.0.113.7';
export const PASSWORD = 'of-the-owner';
/** Of `caddy hash-password`'s kind with the least cost that bcrypt has: at its usual one each request is a second of CPU. */
const PASSWORD_BCRYPT = '$2a$04$ufkUJVBDHl8GLEsUT0cxs.HlDXm.fGJsQM.aqfdFN9be1P.KIIo1y';
const PROGRAM = fileURLToPath(new URL('../../dist/gopay-pos.cjs', import.meta.url));

/** A file of systemd/proxy with other paths: each text must be there. */
function shipped(name: string, others: readonly (readonly [string, string])[]): string {
  let text = readFileSync(new URL(`../../systemd/proxy/${name}`, import.meta.url), 'utf8');
  for (const [old, other] of others) {
    if (!text.includes(old)) throw new Error(`systemd/proxy/${name} says nowhere: ${old}`);
    text = text.replaceAll(old, other);
  }
  return text;
}

/** Takes the # from the lines for a login, which go from `first` to the next that is a closing brace of theirs. */
function withLogin(text: string, first: string): string {
  const from = text.indexOf(first);
  const last = /^\s*# }$/m.exec(text.slice(from));
  if (from < 0 || last === null) throw new Error(`no lines for a login: ${first}`);
  const to = from + last.index + last[0].length;
  return text.slice(0, from) + text.slice(from, to).replace(/^(\s*)# /gm, '$1') + text.slice(to);
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface Asked {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** One server as an operator has it: the built relay, the proxy in front of it, a certificate, and callers from outside. */
export class ProxyBench {
  readonly directory = mkdtempSync(join(tmpdir(), 'gopay-pos-proxy-'));
  readonly certificate = makeCertificate(NAME, 2);
  readonly relay = new BrokerProcess(() => ({
    program: process.execPath,
    args: [PROGRAM, 'relay', '--config', this.file('relay.toml')],
    package: 'nodejs',
  }));

  constructor(upstreamUrl: string) {
    this.write('relay.pem', this.certificate.cert);
    this.write('relay.key', this.certificate.key);
    this.write('server-key', SERVER_KEY);
    mkdirSync(this.file('broker'));
    this.write(
      'relay.toml',
      `
[relay]
merchant = "${MERCHANT}"
public_url = "https://${NAME}"
trusted_proxies = ["127.0.0.1"]
[midtrans]
url = "${upstreamUrl}"
secret = "file:${this.file('server-key')}"
[broker]
directory = "${this.file('broker')}"
[receipt]
enabled = true
[fleet_page]
login = "proxy"
[[terminal]]
id = "T1"
token_sha256 = "${tokenSha256(TERMINALS.T1)}"
`,
    );
  }

  file(name: string): string {
    return join(this.directory, name);
  }

  write(name: string, text: string): void {
    writeFileSync(this.file(name), text, { mode: 0o600 });
  }

  /** Its ports are those of relay.example.toml. */
  async startRelay(): Promise<void> {
    await this.relay.run(8430);
  }

  /** @param login whether people come in to /fleet by name and password: `owner`, {@link PASSWORD} */
  nginx(login = false): BrokerProcess {
    const paths = [
      ['/etc/letsencrypt/live/relay.example.com/fullchain.pem', this.file('relay.pem')],
      ['/etc/letsencrypt/live/relay.example.com/privkey.pem', this.file('relay.key')],
      ['/var/log/nginx/', `${this.directory}/`],
    ] as const;
    const site = shipped('nginx.conf', paths);
    this.write('users', `owner:{PLAIN}${PASSWORD}\n`);
    const users = ['/etc/nginx/gopay-pos.users;', `${this.file('users')};`] as const;
    this.write('site.conf', login ? withLogin(site, '# location ~ ^/fleet').replace(...users) : site);
    // What Debian's own nginx.conf says around it, as far as it is in the way.
    this.write(
      'nginx.conf',
      `pid ${this.file('nginx.pid')};
error_log stderr;
events { worker_connections 768; }
http {
  ssl_protocols TLSv1 TLSv1.1 TLSv1.2 TLSv1.3;
  ssl_prefer_server_ciphers on;
  access_log ${this.file('access.log')};
  gzip on;
  include ${this.file('site.conf')};
}
`,
    );
    return new BrokerProcess(() => ({
      program: 'nginx',
      // One process, which a test can kill.
      args: ['-c', this.file('nginx.conf'), '-e', 'stderr', '-g', 'daemon off; master_process off;'],
      package: 'nginx-light',
    }));
  }

  caddy(login = false): BrokerProcess {
    const own = `tls ${this.file('relay.pem')} ${this.file('relay.key')}`;
    const file = shipped('Caddyfile', [['# tls /etc/caddy/relay.pem /etc/caddy/relay.key', own]]);
    const live = (): string =>
      withLogin(file.replace('\trequest_header -Remote-User\n', ''), '# request_header Remote-User').replace(
        '$2a$14$...',
        () => PASSWORD_BCRYPT,
      );
    this.write('Caddyfile', login ? live() : file);
    return new BrokerProcess(() => ({
      program: 'caddy',
      args: ['run', '--config', this.file('Caddyfile')],
      env: { HOME: this.directory, XDG_DATA_HOME: this.directory, XDG_CONFIG_HOME: this.directory },
      package: 'caddy',
    }));
  }

  /** From outside, by HTTPS. The connection is its own. */
  ask(path: string, { method = 'GET', headers = {}, body }: Asked = {}): Promise<Answer> {
    const where = { host: '127.0.0.1', port: 443, localAddress: FAR, path, method, agent: false };
    const tls = { ca: this.certificate.cert, servername: NAME };
    return answered((take) => request({ ...where, ...tls, headers: { Host: NAME, ...headers } }, take), body);
  }

  /** From outside, by HTTP. */
  askClear(path: string, { method = 'GET', headers = {}, body }: Asked = {}): Promise<Answer> {
    const where = { host: '127.0.0.1', port: 80, localAddress: FAR, path, method, agent: false };
    return answered((take) => clearRequest({ ...where, headers: { Host: NAME, ...headers } }, take), body);
  }

  /** A TLS connection from outside. @throws Error (of OpenSSL) when it does not come about */
  connect(version: 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3'): Promise<TLSSocket> {
    return new Promise((resolve, reject) => {
      const socket = connect({
        ...{ host: '127.0.0.1', port: 443, localAddress: FAR, servername: NAME, ca: this.certificate.cert },
        ...{ minVersion: version, maxVersion: version },
        // Or our own end would not offer an old one.
        ...(version === 'TLSv1.1' ? { ciphers: 'DEFAULT@SECLEVEL=0' } : {}),
      });
      socket.once('secureConnect', () => resolve(socket)).once('error', reject);
    });
  }

  dispose(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}

function answered(
  send: (take: (response: IncomingMessage) => void) => ReturnType<typeof request>,
  body: string | undefined,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = send((response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const { statusCode: status = 0, headers } = response;
        resolve({ status, headers, body: Buffer.concat(chunks).toString('utf8') });
      });
      response.on('error', reject);
    });
    asked.on('error', reject);
    asked.end(body);
  });
}
