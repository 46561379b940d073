import { createServer, type Server } from 'node:http';

/** For every client that reaches the port: small heads, no slow requests, and never more than so many connections. */
export function httpServer(most: number): Server {
  const server = createServer({
    maxHeaderSize: 8192,
    headersTimeout: 10_000,
    requestTimeout: 10_000,
    // Node looks every 30 s by itself.
    connectionsCheckingInterval: 1_000,
  });
  server.maxConnections = most;
  return server;
}
