// The customer's phone of the sandbox. It speaks to the control API of the server that sent this page, and to no one else.

const API = '/sandbox/api/';
const asked = new URLSearchParams(location.search).get('id');
const walkedAway = new Set();
let scanned;
let latest = { merchant: { merchantName: '' }, transactions: [] };
let receivedAt = performance.now();

const byId = (id) => document.getElementById(id);
const rupiah = (amount) => `Rp${String(amount).replace(/\B(?=(\d{3})+$)/g, '.')}`;

const WORDS = {
  notFound: ['QR ini bukan milik sandbox ini.', 'This QR is none of this sandbox.'],
  notPending: ['Tagihan ini sudah dibayar atau ditutup.', 'This charge was paid or closed already.'],
  unreadable: [
    'QR tidak terbaca atau bukan QRIS yang sah.',
    'The QR cannot be read, or is no sound QRIS code.',
  ],
  wrongAmount: ['Jumlah di QR tidak sama dengan tagihan.', 'The amount in the QR is not that of the charge.'],
  offline: ['Sandbox tidak menjawab.', 'The sandbox does not answer.'],
};

async function call(what, body, contentType = 'application/json') {
  try {
    const answer = await fetch(
      API + what,
      body === undefined ? {} : { method: 'POST', headers: { 'Content-Type': contentType }, body },
    );
    const json = await answer.json();
    return answer.ok ? json : { error: json.error };
  } catch {
    return { error: 'offline' };
  }
}

function say(error, words = WORDS[error] ?? [error, '']) {
  const message = byId('message');
  message.hidden = words === undefined || error === undefined;
  if (message.hidden) return;
  const english = document.createElement('span');
  english.lang = 'en';
  english.textContent = words[1];
  message.replaceChildren(words[0], english);
}

async function refresh() {
  const answer = await call('transactions?status=pending');
  if (answer.error) return say(answer.error);
  latest = answer;
  receivedAt = performance.now();
  draw();
}

function draw() {
  const open = latest.transactions.filter(({ transactionId }) => !walkedAway.has(transactionId));
  const isAsked = (one) => one.transactionId === scanned || (asked !== null && one.deeplinkId === asked);
  open.sort((a, b) => Number(isAsked(b)) - Number(isAsked(a)));
  byId('empty').hidden = open.length > 0;
  const cards = new Map([...byId('charges').children].map((card) => [card.dataset.id, card]));
  byId('charges').replaceChildren(
    ...open.map((one) => {
      const card = cards.get(one.transactionId) ?? newCard(one);
      fill(card, one, isAsked(one));
      return card;
    }),
  );
}

function newCard(one) {
  const card = byId('charge').content.firstElementChild.cloneNode(true);
  card.dataset.id = one.transactionId;
  const on = (name, act) => card.querySelector(`.${name}`).addEventListener('click', () => busy(card, act));
  on('pay', () => pay(one));
  on('wrong-pin', () => fail(one, 'wrong-pin'));
  on('decline', () => fail(one, 'decline'));
  on('walk-away', async () => {
    await call('walk-away', JSON.stringify({ id: one.transactionId }));
    walkedAway.add(one.transactionId);
    draw();
  });
  return card;
}

function fill(card, one, isAsked) {
  card.classList.toggle('asked', isAsked);
  card.dataset.expiresIn = String(one.expiresInMs);
  card.querySelector('.merchant').textContent = latest.merchant.merchantName;
  card.querySelector('.amount').textContent = rupiah(one.amount);
  card.querySelector('.order').textContent = one.orderId;
  const failed = card.querySelector('.failed');
  failed.hidden = one.failedAttempts === 0;
  failed.textContent = `Percobaan gagal: ${one.failedAttempts} · Failed attempts: ${one.failedAttempts}`;
  countDown();
}

function countDown() {
  for (const card of byId('charges').children) {
    const leftMs = Number(card.dataset.expiresIn) - (performance.now() - receivedAt);
    const seconds = Math.max(0, Math.ceil(leftMs / 1000));
    const text = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
    card.querySelector('.left').textContent = seconds > 0 ? text : 'kedaluwarsa · expired';
  }
}

async function busy(card, act) {
  const buttons = [...card.querySelectorAll('button')];
  for (const button of buttons) button.disabled = true;
  say();
  await act();
  for (const button of buttons) button.disabled = false;
}

async function pay(one) {
  const by = asked !== null && one.deeplinkId === asked ? 'deeplink' : 'scan';
  const answer = await call('pay', JSON.stringify({ id: one.transactionId, by }));
  if (answer.error) say(answer.error);
  else showReceipt(answer.transaction);
  await refresh();
}

async function fail(one, how) {
  const answer = await call(how, JSON.stringify({ id: one.transactionId }));
  if (answer.error) say(answer.error);
  await refresh();
}

function showReceipt(paid) {
  byId('receipt-amount').textContent = rupiah(paid.amount);
  byId('receipt-merchant').textContent = latest.merchant.merchantName;
  byId('receipt-order').textContent = paid.orderId;
  byId('receipt-time').textContent = `${paid.settledAt} WIB`;
  byId('receipt').hidden = false;
  byId('receipt').scrollIntoView({ block: 'nearest' });
}

async function scan(body, contentType) {
  say();
  const answer = await call('scan', body, contentType);
  if (answer.error) return say(answer.error);
  if (answer.transaction.status !== 'pending') return say('notPending');
  scanned = answer.transaction.transactionId;
  walkedAway.delete(scanned);
  await refresh();
  byId('charges').firstElementChild?.scrollIntoView({ block: 'center' });
}

byId('receipt-close').addEventListener('click', () => {
  byId('receipt').hidden = true;
});
byId('scan-text').addEventListener('submit', (event) => {
  event.preventDefault();
  scan(JSON.stringify({ payload: byId('payload').value }));
});
byId('picture').addEventListener('change', () => {
  const file = byId('picture').files[0];
  if (file) scan(file, file.type || 'image/png');
  byId('picture').value = '';
});

// Live by events; the poll is for when the stream breaks.
new EventSource(`${API}events`).addEventListener('message', refresh);
setInterval(refresh, 5000);
setInterval(countDown, 250);
refresh();
