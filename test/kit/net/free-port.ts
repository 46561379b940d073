import { createServer } from 'node:net';

/**
 * A port that a server may listen on again and again: below those that the kernel gives to outgoing connections and to
 * who asks for any, so that none of them takes it while the server is away.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    const server = createServer();
    const free = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
    });
    if (free) return port;
  }
}
