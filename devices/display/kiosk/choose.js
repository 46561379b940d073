// The face to choose from: a page of products, the groups, and the cart. It is drawn in place, so that a finger that is
// down while a new screen comes keeps what it is on.
import { fitShelf } from './fit.js';

const face = document.getElementById('choose');
const shelf = face.querySelector('.shelf');
const groups = face.querySelector('.groups');
const cart = face.querySelector('.cart');
const lines = cart.querySelector('.lines');
const pad = document.querySelector('.pad');
const padPlace = pad.parentElement;
/** A finger that is still where the last face had a key must not buy what appears under it. */
const CAREFUL_MS = 600;

let view;
let openedMs = 0;
/** Products on a full page of what is shown: the last page keeps the size of its tiles. */
let full = { of: '', count: 0 };

/** @param wish takes what is sent to the daemon */
export function startChoosing(wish) {
  let held;
  // A touch of the picture that stands there while nobody chooses shows what there is.
  for (const button of document.querySelectorAll('#slide [data-touch]'))
    button.addEventListener('click', () => wish(wishOf(button)));
  face.addEventListener('pointerdown', (event) => {
    const button = event.target.closest('[data-touch]');
    held = button && { button, wish: wishOf(button) };
  });
  face.addEventListener('click', (event) => {
    const button = event.target.closest('[data-touch]');
    if (!button || button.getAttribute('aria-disabled') === 'true') return;
    if (performance.now() - openedMs < CAREFUL_MS) return;
    // What stood there when the finger came down is what was seen; a key of a keyboard has no such moment.
    if (event.detail === 0) wish(wishOf(button));
    else if (held?.button === button) wish(held.wish);
  });
}

/** As the daemon takes it: see src/base/wish.ts. */
function wishOf({ dataset: { touch, id, price, page, sum, revision } }) {
  if (touch === 'pay') return { wish: touch, sum: Number(sum), revision };
  if (touch === 'product') return { wish: touch, id, price: Number(price) };
  if (touch === 'page') return { wish: touch, page: Number(page) };
  return id === undefined ? { wish: touch } : { wish: touch, id };
}

/** What the key OK means: where a cart stands, that it is paid as it stands. */
export function pressedOk() {
  const chosen = face.hidden ? undefined : view?.cart;
  if (!chosen || chosen.lines.length === 0) return 'enter';
  return { wish: 'ok', sum: chosen.sum, revision: chosen.revision };
}

/** The keys to touch are one set: they go to the face that is shown. */
export function movePad(name) {
  if (name === 'choose') face.querySelector('.sheet').append(pad);
  else if (name === 'sale') padPlace.append(pad);
  openedMs = performance.now();
  unfold(undefined);
}

/** Opens the cart or the keys over the products, or with the same name closes them again; `byKeys` needs no room for fingers. */
export function unfold(what, byKeys = false) {
  const open = what === undefined || face.dataset.unfolded === what ? undefined : what;
  if (open === undefined) delete face.dataset.unfolded;
  else face.dataset.unfolded = open;
  face.toggleAttribute('data-by-keys', byKeys && open !== undefined);
  for (const button of face.querySelectorAll('[aria-expanded]'))
    button.setAttribute('aria-expanded', String(button.dataset.wish === open));
}

export function drawChoice(screen) {
  const typedBefore = view?.typed !== undefined;
  view = screen.choose;
  // What was typed is chosen, and is to be seen.
  if (typedBefore && view.typed === undefined && !screen.words && face.dataset.unfolded === 'sheet')
    unfold(undefined);
  const { donation, typed } = view;
  face.toggleAttribute('data-donation', donation !== undefined);
  face.toggleAttribute('data-typed', typed !== undefined);
  face.toggleAttribute('data-told', screen.words !== undefined);
  face.toggleAttribute('data-free', view.freeAmount === true);
  heading(donation?.purpose);
  drawTyped(typed);
  drawGroups();
  drawShelf();
  drawTurn();
  drawCart();
  fitShelfAgain();
}

export function fitShelfAgain() {
  if (!view) return;
  const of = `${view.pages} ${view.groups.find(({ chosen }) => chosen)?.id}`;
  full = { of, count: Math.max(full.of === of ? full.count : 0, view.products.length) };
  fitShelf(shelf, full.count, {
    pictures: shelf.hasAttribute('data-pictures'),
    few: view.donation !== undefined,
  });
}

function heading(purpose) {
  const given = face.querySelector('.purpose');
  given.hidden = purpose === undefined;
  both(given, purpose);
}

function drawTyped(typed) {
  face.querySelector('.digits').textContent = typed?.digits ?? '';
  const meant = face.querySelector('.meant');
  const { product, amount } = typed ?? {};
  meant.replaceChildren(...(product ? words(product.name) : []));
  const cost = product?.unavailable ? words(product.unavailable) : [product?.priceText ?? amount ?? ''];
  face.querySelector('.cost').replaceChildren(...cost);
}

function drawGroups() {
  const list = view.groups.length === 0 ? [] : [{ name: { id: 'Semua', en: 'All' } }, ...view.groups];
  const chosen = view.groups.some((group) => group.chosen);
  groups.hidden = list.length === 0;
  keyed(
    groups,
    list,
    ({ id }) => id ?? '',
    'button',
    (button, group) => {
      button.type = 'button';
      button.dataset.touch = 'group';
      if (group.id !== undefined) button.dataset.id = group.id;
      button.setAttribute('aria-pressed', String(group.id === undefined ? !chosen : group.chosen === true));
      button.replaceChildren(...words(group.name));
    },
  );
}

function drawShelf() {
  shelf.toggleAttribute(
    'data-pictures',
    view.products.some(({ picture }) => picture !== undefined),
  );
  keyed(shelf, view.products, ({ id }) => id, 'button', drawTile);
}

function drawTile(tile, product) {
  if (tile.children.length === 0) {
    tile.type = 'button';
    tile.className = 'tile';
    tile.dataset.touch = 'product';
    tile.append(
      text('span', '', 'look'),
      text('span', '', 'no'),
      text('span', '', 'name'),
      text('span', '', 'price line'),
    );
    tile.append(text('span', '', 'many'));
  }
  const [look, no, name, price, many] = tile.children;
  Object.assign(tile.dataset, { id: product.id, price: product.price });
  tile.setAttribute('aria-disabled', String(product.unavailable !== undefined));
  drawLook(look, product);
  no.textContent = product.number;
  name.replaceChildren(...words(product.name));
  price.replaceChildren(...(product.unavailable ? words(product.unavailable) : [product.priceText]));
  many.textContent = product.inCart ? `${product.inCart}×` : '';
  many.hidden = !product.inCart;
}

/** Its picture; without one, or until it is there, the first letter of its name. */
function drawLook(look, { picture: file, name }) {
  const picture = file && `/picture/${file}`;
  const shown = look.querySelector('img');
  if (!shown || shown.getAttribute('src') !== picture) {
    look.replaceChildren(text('i', [...name.id][0].toUpperCase()));
    if (picture === undefined) return;
    const image = document.createElement('img');
    image.alt = '';
    image.decoding = 'async';
    image.draggable = false;
    image.addEventListener('load', () => look.replaceChildren(image));
    image.addEventListener('error', () => image.remove());
    image.src = picture;
    look.append(image);
  }
}

function drawTurn() {
  const { page, pages } = view;
  const [back, where, on] = face.querySelectorAll('.turn > .step');
  for (const part of [back, where, on]) part.hidden = pages === 1;
  // Past the last comes the first, as with the key 0.
  back.dataset.page = page === 1 ? pages : page - 1;
  on.dataset.page = page === pages ? 1 : page + 1;
  where.textContent = `${page} / ${pages}`;
}

function drawCart() {
  const { cart: chosen } = view;
  face.toggleAttribute('data-cart', chosen !== undefined);
  const some = (chosen?.lines.length ?? 0) > 0;
  face.toggleAttribute('data-filled', some);
  const before = lines.childElementCount;
  keyed(lines, chosen?.lines ?? [], ({ id }) => id, 'li', drawLine);
  if (lines.childElementCount > before) lines.scrollTop = lines.scrollHeight;
  face.querySelector('.sum').textContent = chosen?.sumText ?? '';
  Object.assign(cart.querySelector('.buy').dataset, { sum: chosen?.sum, revision: chosen?.revision });
  const count = chosen?.lines.reduce((sum, { quantity }) => sum + quantity, 0) ?? 0;
  for (const place of face.querySelectorAll('.count')) place.textContent = String(count);
  for (const button of cart.querySelectorAll('[data-touch=pay], [data-touch=empty]'))
    button.setAttribute('aria-disabled', String(!some));
  if (!some && face.dataset.unfolded === 'cart') unfold(undefined);
}

function drawLine(item, { id, name, price, priceText, quantity, unavailable }) {
  if (item.children.length === 0) {
    const less = text('button', '−', 'step');
    const more = text('button', '+', 'step');
    less.dataset.touch = 'less';
    more.dataset.touch = 'product';
    for (const button of [less, more]) button.type = 'button';
    item.append(text('span', '', 'name'), text('span', '', 'each'), less, text('b', '', 'quantity'), more);
  }
  const [called, each, less, many, more] = item.children;
  called.replaceChildren(...words(name));
  each.replaceChildren(...(unavailable ? words(unavailable) : [priceText]));
  item.toggleAttribute('data-gone', unavailable !== undefined);
  many.textContent = quantity;
  less.dataset.id = id;
  Object.assign(more.dataset, { id, price });
  less.setAttribute('aria-label', `Kurangi ${name.id} / One ${name.en} less`);
  more.setAttribute('aria-label', `Tambah ${name.id} / One ${name.en} more`);
}

/** The children of `place`, one for each of `list` and in its order; the same thing keeps its element. */
function keyed(place, list, keyOf, tag, drawOne) {
  const old = new Map([...place.children].map((child) => [child.dataset.key, child]));
  const children = list.map((one) => {
    const key = keyOf(one);
    const element = old.get(key) ?? document.createElement(tag);
    element.dataset.key = key;
    drawOne(element, one);
    return element;
  });
  const same =
    children.length === place.children.length && children.every((child, i) => child === place.children[i]);
  if (!same) place.replaceChildren(...children);
}

function text(tag, content, name = '') {
  const element = document.createElement(tag);
  if (name) element.className = name;
  element.textContent = content;
  return element;
}

/** A span for each language; one of no language where both say the same. */
function words(said) {
  if (said.id === said.en) return [text('span', said.id)];
  return ['id', 'en'].map((lang) => {
    const span = text('span', said[lang]);
    span.lang = lang;
    return span;
  });
}

function both(element, said) {
  for (const lang of ['id', 'en']) element.querySelector(`[lang=${lang}]`).textContent = said?.[lang] ?? '';
}
