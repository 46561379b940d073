// node sell.mjs REF AMOUNT [ITEMS]: sells, draws nothing (the terminal's screen does), and acknowledges. Node 20, no packages.
// ITEMS, which come to AMOUNT: '[{"name":"Es teh","price":5000,"quantity":3}]'
const [ref, amount, items] = process.argv.slice(2);
const sales = `${process.env.TERMINAL ?? 'http://127.0.0.1:8420'}/v1/sales`;
const one = `${sales}/${encodeURIComponent(ref)}`;
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** The same request until it is answered: the same ref is the same sale, so nothing is charged twice. */
async function ask(method, url, body) {
  for (;;) {
    try {
      const headers = { 'content-type': 'application/json' };
      const answer = await fetch(url, { method, headers, body: body && JSON.stringify(body) });
      const said = await answer.json();
      if (answer.ok) return said;
      if (answer.status !== 503 && answer.status !== 429) throw new Error(`${said.fault} ${said.detail}`);
      console.error(said.detail);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      console.error(`no answer: ${error.cause?.message ?? error.message}`);
    }
    await pause(1_000);
  }
}

let sale = await ask('POST', sales, { ref, amount: Number(amount), items: items && JSON.parse(items) });
console.log(sale.state, sale.qr);
while (['charging', 'scan', 'closing', 'unknown'].includes(sale.state)) {
  // Not known yet is no failure.
  if (sale.state === 'unknown') await pause(5_000);
  sale = await ask('GET', `${one}?wait=60`);
}
console.log(sale.state, sale.order_id);
// Hand over here, then say that it is done; without this line the sale is owed to the customer.
if (sale.state === 'approved') await ask('POST', `${one}/ack`);
else process.exitCode = 1;
