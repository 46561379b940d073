import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Paper } from '../../devices/simulated-printer/paper.js';
import { howToSell } from './welcome.js';

/** What came out of the demo's printer, as pictures: the dots that the driver's own bytes make when they are decoded. */
export class PaperPage {
  readonly #server: Server;

  /** @param api where the API listens, once it does */
  constructor(paper: Paper, api: () => string) {
    this.#server = createServer((request, response) => {
      const path = (request.url ?? '').split('?', 1)[0] ?? '';
      const slip = /^\/slip\/(\d+)\.png$/.exec(path);
      if (path === '/slips') return void answerList(paper, response);
      if (slip?.[1] !== undefined) return void answerPicture(paper, Number(slip[1]), response);
      if (path !== '/') return void response.writeHead(404).end();
      response
        .writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' })
        .end(PAGE.replace('SELL', howToSell(api())));
    });
  }

  async listen(port: number): Promise<string> {
    this.#server.listen(port, '127.0.0.1');
    await once(this.#server, 'listening');
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}

/** Newest first; 0 is what still hangs in the printer. */
function slipsOf(paper: Paper) {
  const { hanging } = paper;
  return [...(hanging === undefined ? [] : [hanging]), ...[...paper.slips].reverse()];
}

function answerList(paper: Paper, response: ServerResponse): void {
  const slips = slipsOf(paper).map(({ id, rows, text }) => ({ id, rows, text }));
  response.writeHead(200, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' });
  response.end(JSON.stringify({ slips, problems: paper.problems }));
}

function answerPicture(paper: Paper, id: number, response: ServerResponse): void {
  const slip = slipsOf(paper).find((candidate) => candidate.id === id);
  if (slip === undefined) return void response.writeHead(404).end();
  slip.png().then(
    (png) => response.writeHead(200, { 'Content-Type': 'image/png', 'Cache-Control': 'no-store' }).end(png),
    (error: unknown) => response.writeHead(500, { 'Content-Type': 'text/plain' }).end(String(error)),
  );
}

const PAGE = `<!doctype html>
<html lang="id"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Kertas / paper</title>
<style>
  body { margin: 0; font: 16px/1.4 system-ui, sans-serif; background: #dfe3e6; color: #1c2329; }
  header { padding: 14px 20px; background: #fff; border-bottom: 1px solid #c7ced3; }
  h1 { font-size: 18px; margin: 0; } p { margin: 2px 0 0; color: #4a555d; }
  main { display: flex; flex-wrap: wrap; gap: 24px; padding: 24px; align-items: flex-start; }
  img { display: block; background: #fff; box-shadow: 0 2px 10px #0003; width: 320px; }
  #none { color: #4a555d; }
</style></head><body>
<header><h1>Kertas / paper</h1><p>The printer driver's own bytes, decoded. Newest first.</p>
<p>Program / a program: <code>SELL</code></p></header>
<main id="slips"><p id="none">Belum ada struk. Nothing printed yet.</p></main>
<script>
  let shown = '';
  async function look() {
    try {
      const { slips } = await (await fetch('/slips')).json();
      const key = slips.map((slip) => slip.id + ':' + slip.rows).join();
      if (key !== shown && slips.length > 0) {
        shown = key;
        document.getElementById('slips').replaceChildren(...slips.map((slip) => {
          const picture = new Image();
          picture.src = '/slip/' + slip.id + '.png?rows=' + slip.rows;
          picture.alt = slip.text;
          return picture;
        }));
      }
    } catch { shown = ''; }
    setTimeout(look, 700);
  }
  look();
</script></body></html>
`;
