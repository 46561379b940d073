import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TlsPair } from '../../devices/kit/http-server.js';

const CURVE = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

/** One that signs certificates of others, as a company or an operator has it (Debian package openssl). */
export class Authority {
  readonly #folder = mkdtempSync(join(tmpdir(), 'gopay-pos-ca-'));
  /** Its own certificate. */
  readonly file = this.at('ca.pem');

  constructor() {
    this.#openssl(
      'req',
      '-x509',
      ...CURVE,
      '-days',
      '2',
      '-subj',
      '/CN=Private CA',
      '-keyout',
      this.at('ca.key'),
      '-out',
      this.file,
    );
    writeFileSync(this.at('index'), '');
    writeFileSync(
      this.at('ca.conf'),
      `[ca]\ndefault_ca=own\n[own]\ndatabase=${this.at('index')}\nnew_certs_dir=${this.#folder}\ncertificate=${this.file}\nprivate_key=${this.at('ca.key')}\ndefault_md=sha256\npolicy=any\ncopy_extensions=copy\nunique_subject=no\nrand_serial=yes\n[any]\ncommonName=supplied\n`,
    );
  }

  at(name: string): string {
    return join(this.#folder, name);
  }

  /** @param names as openssl writes them: `DNS:relay.test,IP:::1` @param from `YYYYMMDDHHMMSSZ` */
  sign(
    names: string,
    from = '20200101000000Z',
  ): TlsPair & { readonly certFile: string; readonly keyFile: string } {
    const [keyFile, ask, certFile] = [this.at('leaf.key'), this.at('leaf.csr'), this.at('leaf.pem')];
    this.#openssl(
      'req',
      ...CURVE,
      '-subj',
      '/CN=leaf',
      '-addext',
      `subjectAltName=${names}`,
      '-keyout',
      keyFile,
      '-out',
      ask,
    );
    const dates = ['-startdate', from, '-enddate', '20491231235959Z'];
    this.#openssl(
      'ca',
      '-config',
      this.at('ca.conf'),
      '-batch',
      '-notext',
      ...dates,
      '-in',
      ask,
      '-out',
      certFile,
    );
    return { cert: readFileSync(certFile, 'utf8'), key: readFileSync(keyFile, 'utf8'), certFile, keyFile };
  }

  dispose(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #openssl(...args: readonly string[]): void {
    execFileSync('openssl', args, { stdio: 'pipe' });
  }
}
