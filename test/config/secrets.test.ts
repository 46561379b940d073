import { describe, expect, it } from 'vitest';
import { checkRelay, checkTerminal, RELAY, TERMINAL, words } from './files.js';

const KEYS = ['SB-Mid-server-q1w2e3r4t5', 'Mid-server-A_b-C9xyzzyx', 'VT-server-0011223344'];

describe('E908, a secret in the file', () => {
  it.each(KEYS)('is found wherever it stands, and never printed: %s', (key) => {
    const places = [
      TERMINAL.replace('credential:token', key),
      TERMINAL.replace('credential:token', `credential:${key}`),
      TERMINAL.replace('"credential:token"', key),
      TERMINAL.replace('Warung Bu Sri', key),
      `${TERMINAL}\nserver_key = "${key}"`,
      `${TERMINAL}\n"${key}" = 1`,
      `${TERMINAL}\n[${key}]`,
      `${TERMINAL}\n# the old one was ${key}`,
      `${TERMINAL}\n[slip]\nheader = ["""\n${key}"""]`,
      `${TERMINAL}\n[mqtt]\nurl = "mqtt://${key}@broker.example"\nsecret = "credential:x"`,
      `${TERMINAL}\n[receipt\n${key}`,
    ];
    for (const text of places) {
      const found = words(checkTerminal(text));
      expect(found.filter((each) => each.includes('E908')).length, text).toBeGreaterThan(0);
      expect(found.join('\n'), text).not.toContain(key.slice(-8));
    }
  });

  it('is named with line and key', () => {
    expect(words(checkTerminal(TERMINAL.replace('credential:token', KEYS[0] ?? '')))).toEqual([
      'file:7: E908 gateway.secret: found a server key (not shown); ' +
        'allowed: the place where it is to be had, "credential:NAME" or "file:/absolute/path".',
    ]);
  });

  it('can be a password in an address', () => {
    const text = `${TERMINAL}\n[mqtt]\nurl = "mqtts://me:hunter22@broker.example"\nsecret = "credential:x"`;
    const found = words(checkTerminal(text));
    expect(found).toEqual([
      expect.stringMatching(
        /^file:9: E908 mqtt\.url: found an address with a user or password in it \(not shown\)/,
      ),
    ]);
    expect(found.join()).not.toContain('hunter22');
  });

  it('is not printed with an address that is wrong in other ways, too', () => {
    for (const url of [
      'mqtts://me:hunter22@bro ker',
      'mqtts://me:h/unter22@broker',
      'mqtts://me:h @unter22@b',
    ]) {
      const found = words(checkTerminal(`${TERMINAL}\n[mqtt]\nurl = "${url}"\nsecret = "credential:x"`));
      expect(found).toEqual([
        expect.stringMatching(/^file:9: E906 mqtt\.url: found "mqtts:\/\/\(not shown\)@/),
      ]);
      expect(found.join()).not.toContain('unter22');
    }
  });

  it('is not seen in an explanation of how such keys look', () => {
    expect(words(checkTerminal(`# keys begin with Mid-server- or SB-Mid-server-...\n${TERMINAL}`))).toEqual(
      [],
    );
  });
});

describe('what could be a secret by mistake', () => {
  it('is not shown: a bare word as secret, a token in place of its hash, an unknown key', () => {
    const found = [
      ...words(checkTerminal(TERMINAL.replace('credential:token', 'tok-9f8e7d6c5b4a'))),
      ...words(checkTerminal(TERMINAL.replace('credential:token', 'file:tok-9f8e7d6c5b4a'))),
      ...words(checkTerminal(TERMINAL.replace('"credential:token"', '["tok-9f8e7d6c5b4a"]'))),
      ...words(checkTerminal(TERMINAL.replace('"credential:token"', 'tok-9f8e7d6c5b4a'))),
      ...words(checkTerminal(`${TERMINAL}\ntoken = "tok-9f8e7d6c5b4a"`)),
      ...words(checkRelay(RELAY.replace('ab'.repeat(32), 'tok-9f8e7d6c5b4a'))),
    ];
    expect(found).toHaveLength(6);
    expect(found.join('\n')).not.toContain('9f8e7d6c5b4a');
    expect(found[0]).toBe(
      'file:7: E906 gateway.secret: found something else (not shown: it may be the secret itself); ' +
        'allowed: "enrolled", "credential:NAME" (a systemd credential) or "file:/absolute/path" (a file with mode 0400).',
    );
  });
});
