// One face for each thing that a screen can say.
import { drawChoice, fitShelfAgain, movePad } from './choose.js';
import { fitCode, fitHelp, fitReceipt, fitText } from './fit.js';
import { drawSetUp } from './set-up.js';

const FACE_OF = { idle: 'sale', entering: 'sale' };
/** A finger that is still where the last face had a key must not press what appears under it. */
const CAREFUL_MS = 600;
const URGENT_MS = 30_000;
/** A QRIS payload of some 250 characters at level M, quiet zone included. */
const USUAL_MODULES = 69;

const TIME_UP = { id: 'Waktu habis. Memeriksa pembayaran…', en: 'Time is up. Checking the payment…' };
const NO_LINK = { id: 'Menyambung kembali…', en: 'Reconnecting…' };
const NO_CODE = { id: 'QR tidak dapat ditampilkan', en: 'The QR cannot be shown' };

const stage = document.getElementById('stage');
const sections = new Map([...stage.querySelectorAll('section')].map((section) => [section.id, section]));
let current = { show: 'starting' };
let ticker;

/** Draws a screen of the daemon. */
export function draw(view) {
  clearInterval(ticker);
  const section = open(view.slide?.choose ? 'slide' : (FACE_OF[view.show] ?? view.show));
  current = view;
  section.dataset.show = view.show;
  for (const element of section.querySelectorAll('[data-fill]')) fill(element, view);
  section.dataset.why = view.why ?? '';
  drawSlide(section, view.slide);
  if (view.show === 'scan') count(section, view);
  if (view.show === 'choose') drawChoice(view);
  if (view.show === 'setUp') drawSetUp(view.setUp);
  fitText(section);
  say(section);
}

export function drawLost() {
  draw({ show: 'lost' });
}

/** Takes the code away; what stands in its place says why. */
export function dropCode() {
  if (current.show !== 'scan' || !current.qr) return;
  clearInterval(ticker);
  instead(sections.get('scan'), NO_LINK);
}

/** A picture that cannot be had leaves the idle face as it is without one. */
function drawSlide(section, slide) {
  const figure = section.querySelector('.slide');
  if (!figure) return;
  const image = figure.querySelector('img');
  const from = slide && `/picture/${slide.picture}`;
  const shown = (there) => {
    section.toggleAttribute('data-slide', there);
    figure.hidden = !there;
  };
  if (from === undefined) {
    image.removeAttribute('src');
    return shown(false);
  }
  if (image.getAttribute('src') === from) return;
  image.onload = () => {
    if (image.getAttribute('src') !== from) return;
    shown(true);
    fitText(section);
  };
  image.onerror = () => shown(false);
  image.src = from;
}

/** After a change of size, font or language, or of what is asked for. */
export function fitAgain() {
  const section = sections.get(stage.dataset.face);
  const place = section.querySelector('.code');
  if (place) size(place, current.qr);
  const help = section.querySelector('.help');
  if (help) drawHelp(help, current);
  if (current.show === 'choose') fitShelfAgain();
  fitText(section);
}

function open(name) {
  const section = sections.get(name);
  if (stage.dataset.face === name) return section;
  for (const other of sections.values()) other.hidden = other !== section;
  stage.dataset.face = name;
  movePad(name);
  for (const button of section.querySelectorAll('button[data-careful]')) {
    button.disabled = true;
    setTimeout(() => (button.disabled = false), CAREFUL_MS);
  }
  return section;
}

function fill(element, view) {
  const value = view[element.dataset.fill];
  // The shop's name stays while an amount is typed.
  if (element.dataset.fill === 'shop' || element.dataset.fill === 'terminal') {
    if (value !== undefined) element.textContent = value;
    return;
  }
  element.hidden = value === undefined || value.length === 0;
  if (element.dataset.fill === 'qr') return drawCode(element, view);
  if (element.dataset.fill === 'help') return drawHelp(element, view);
  if (element.dataset.fill === 'contact' || element.dataset.fill === 'owner')
    return list(element, value ?? []);
  if (element.dataset.fill === 'notes') return element.replaceChildren(...(value ?? []).map(note));
  if (element.dataset.fill === 'words' || element.dataset.fill === 'inWords') return both(element, value);
  if (element.dataset.fill === 'verdict') return verdict(element, value);
  if (element.dataset.fill === 'lines') return bill(element, value ?? []);
  if (element.dataset.fill === 'amount') return amount(element, value ?? '', view.zero === true);
  element.textContent = value ?? '';
}

/** The digits are what counts; the currency stands small before them. */
function amount(element, text, zero) {
  const currency = document.createElement('small');
  currency.textContent = 'Rp';
  element.replaceChildren(currency, text.replace(/^Rp/, ''));
  element.classList.toggle('zero', zero);
}

/** Where it is not known yet whether it was paid, nothing says or looks like a no. */
function verdict(element, words) {
  element.closest('section').toggleAttribute('data-unsure', words === undefined);
  both(element, words);
}

function both(element, words) {
  for (const lang of ['id', 'en']) element.querySelector(`[lang=${lang}]`).textContent = words?.[lang] ?? '';
}

/** The register's own lines. Who sets columns by spaces gets them one below the other. */
function bill(element, lines) {
  const section = element.closest('section');
  section.toggleAttribute('data-lines', lines.length > 0);
  element.classList.toggle(
    'columns',
    lines.some((line) => /\S {2,}\S/.test(line)),
  );
  list(element, lines);
}

function list(element, lines) {
  const items = lines.map((line) => {
    const item = document.createElement('li');
    item.textContent = line;
    return item;
  });
  element.replaceChildren(...items);
}

function note(words) {
  const item = document.createElement('li');
  for (const lang of ['id', 'en']) {
    const span = item.appendChild(document.createElement('span'));
    span.lang = lang;
    span.textContent = words[lang];
    if (lang === 'en') span.dataset.spare = '4';
  }
  return item;
}

function drawCode(element, { qr, code }) {
  element.hidden = false;
  element.querySelector('canvas')?.remove();
  if (!qr) return instead(element.closest('section'), NO_CODE, code);
  element.classList.remove('empty');
  const canvas = element.appendChild(document.createElement('canvas'));
  canvas.setAttribute('role', 'img');
  canvas.setAttribute('aria-label', 'Kode QR / QR code');
  size(element, qr);
}

/**
 * Draws the code dot by dot: a canvas has a dot for each pixel of the screen, also where that has 1.25 or 1.5 pixels a
 * unit; there the edges of an SVG are blurred. Where there is no code, its place is as large as usual.
 */
function size(place, qr) {
  const { code, dots } = fitCode(qr ?? { modules: USUAL_MODULES });
  const side = dots * code.modules;
  place.style.setProperty('--side', `${side / (devicePixelRatio || 1)}px`);
  const canvas = place.querySelector('canvas');
  if (canvas && qr) paint(canvas, code, dots);
}

function paint(canvas, code, dots) {
  const side = dots * code.modules;
  canvas.width = side;
  canvas.height = side;
  const pen = canvas.getContext('2d');
  pen.fillStyle = '#fff';
  pen.fillRect(0, 0, side, side);
  pen.scale(dots, dots);
  pen.fillStyle = '#000';
  pen.fill(new Path2D(code.path));
}

/** The code that opens WhatsApp, or the receipt: beside the words, and small, as it is none to pay. */
function drawHelp(place, { show, help, receipt }) {
  const section = place.closest('section');
  section.toggleAttribute('data-help', help !== undefined);
  section.toggleAttribute('data-receipt', receipt === true);
  if (help === undefined) return;
  const { code, dots } = show === 'paid' ? fitReceipt(help) : fitHelp(help);
  // Of one pixel a module it would be read by nobody; what it says, the number says as well.
  place.hidden = receipt === true && dots < 2;
  section.toggleAttribute('data-help', !place.hidden);
  place.style.setProperty('--side', `${(dots * code.modules) / (devicePixelRatio || 1)}px`);
  paint(place.querySelector('canvas'), code, dots);
}

/** Words where the code was; the place keeps its size. */
function instead(section, words, code) {
  const place = section.querySelector('.code');
  place.querySelector('canvas')?.remove();
  place.classList.add('empty');
  size(place, current.qr);
  const text = place.querySelector('.instead');
  const number = code ? ` (${code})` : '';
  both(text, { id: words.id + number, en: words.en + number });
}

/** Counts down by this page's own clock, which only goes forward; a code whose life has ended is taken away. */
function count(section, view) {
  const until = performance.now() + view.leftMs;
  const ring = section.querySelector('.ring');
  const tick = () => {
    const leftMs = Math.max(0, until - performance.now());
    const seconds = Math.ceil(leftMs / 1000);
    const text = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
    const label = ring.querySelector('text');
    if (label.textContent === text && leftMs > 0) return;
    label.textContent = text;
    ring
      .querySelector('.left')
      .setAttribute('stroke-dasharray', `${(100 * leftMs) / Math.max(1, view.lifeMs)} 100`);
    ring.classList.toggle('urgent', leftMs <= URGENT_MS);
    if (leftMs > 0) return;
    clearInterval(ticker);
    if (view.qr) instead(section, TIME_UP);
  };
  ring.querySelector('text').textContent = '';
  ticker = setInterval(tick, 200);
  tick();
}

/** Says the screen anew, after the customer asked for something else on it. */
export function sayAgain() {
  say(sections.get(stage.dataset.face));
}

/** One sentence for those who hear the screen: the face's name, then its words and amount. */
function say(section) {
  const parts = [section.getAttribute('aria-label')];
  for (const element of section.querySelectorAll(
    '.amount, .said span, .slots, .relay b, .sum, [data-fill=words] span, .typed b, .meant span, .cost span, .bill li, .number, .short, .contact li, #closed .notes span',
  ))
    if (element.getClientRects().length > 0 && element.textContent) parts.push(element.textContent);
  document.getElementById('live').textContent = parts.join('. ');
}
