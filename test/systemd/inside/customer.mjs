// A browser without a picture, inside the container of the unit tests: keeps the terminal page open as the real page does,
// presses the keys of one amount and Enter at the first screen that takes them, and prints each screen that it is shown.
const [, , page = '', amount = ''] = process.argv;
const headers = { 'content-type': 'application/json', origin: page };
const keys = [...amount, 'enter'];
let typed = false;

for (;;) {
  try {
    await watch();
  } catch (error) {
    // The terminal was ended or is not there yet: a browser tries again, too.
    console.log(`no page: ${error instanceof Error ? error.message : error}`);
  }
  await new Promise((resolve) => setTimeout(resolve, 100));
}

async function watch() {
  const stream = await fetch(`${page}/events`, { headers });
  let rest = '';
  /** @type {Link} */
  const link = { session: '', token: '', painted: 0 };
  const decoder = new TextDecoder();
  for await (const bytes of stream.body ?? []) {
    const events = (rest + decoder.decode(bytes, { stream: true })).split('\n\n');
    rest = events.pop() ?? '';
    for (const event of events) await happened(event, link);
  }
}

/** @typedef {{ session: string, token: string, painted: number }} Link */

/** @param {string} event @param {Link} link */
async function happened(event, link) {
  const name = /^event: (.*)$/m.exec(event)?.[1];
  const data = JSON.parse(/^data: (.*)$/m.exec(event)?.[1] ?? '{}');
  if (name === 'hello') Object.assign(link, data);
  if (name === 'beat') await post(link, '/seen', { painted: link.painted });
  if (name !== 'screen') return;
  link.painted = data.number;
  console.log(`shows ${data.show}`);
  await post(link, '/seen', { painted: data.number });
  if (typed || !['idle', 'entering'].includes(data.show)) return;
  typed = true;
  await post(link, '/keys', { first: 0, keys });
}

/** @param {Link} link @param {string} path @param {object} body */
async function post({ session, token }, path, body) {
  const sent = { method: 'POST', headers: { ...headers, 'x-gopay-pos-token': token } };
  const answer = await fetch(page + path, { ...sent, body: JSON.stringify({ session, ...body }) });
  if (!answer.ok) throw new Error(`${path} ${answer.status}`);
}
