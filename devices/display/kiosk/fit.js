// Makes things as large as they may be: text by its box, the code by whole pixels.

const SCALES = [1, 0.92, 0.84, 0.77, 0.7, 0.64, 0.58, 0.52];

/**
 * Scales the text of each `.box` until nothing sticks out, and each one-line text until it fits its line. Where even
 * the smallest readable text is too much, parts marked `data-spare` give way, the lowest number first;
 * in a box with `data-least` they do so before its text gets smaller than that.
 */
export function fitText(face) {
  for (const line of face.querySelectorAll('.line')) if (!line.closest('.box')) fitLine(line);
  for (const box of face.querySelectorAll('.box')) fitBox(box);
}

function fitBox(box) {
  const all = [...box.querySelectorAll('[data-spare]')];
  for (const spare of all) spare.classList.remove('spared');
  // Where English is all that is shown, it is not the second language.
  const spares = all
    .filter(({ lang }) => lang !== 'en' || document.documentElement.dataset.language === 'both')
    .sort((a, b) => a.dataset.spare - b.dataset.spare);
  const least = Number(box.dataset.least ?? 0);
  for (const spare of [undefined, ...spares]) {
    spare?.classList.add('spared');
    if (SCALES.some((scale) => scale >= least && fits(box, scale))) return;
  }
  SCALES.some((scale) => fits(box, scale));
}

function fits(box, scale) {
  box.style.setProperty('--scale', String(scale));
  for (const line of box.querySelectorAll('.line')) fitLine(line);
  return box.scrollHeight <= box.clientHeight + 1 && box.scrollWidth <= box.clientWidth + 1;
}

function fitLine(line) {
  line.style.fontSize = '';
  const text = document.createRange();
  text.selectNodeContents(line);
  // A part of the line may be at its smallest already; then the rest has to give more, in another round.
  for (let round = 0; round < 6; round += 1) {
    const { fontSize, paddingLeft, paddingRight } = getComputedStyle(line);
    const size = Number.parseFloat(fontSize);
    const room = line.clientWidth - Number.parseFloat(paddingLeft) - Number.parseFloat(paddingRight);
    const need = text.getBoundingClientRect().width;
    if (room <= 0 || need <= room) return;
    line.style.fontSize = `${Math.floor((size * room * 10) / need) / 10}px`;
  }
}

/** The code itself, without its quiet zone, takes at least this part of the screen's short side. */
const LEAST_PART = 0.6;
const QUIET_MODULES = 8;

/** A module of fewer device pixels is read from nearby only: then a code of fewer modules is the better one. */
const GOOD_DOTS = 3;

/**
 * The code to draw and the side of one module in device pixels: the largest whole number that fits, so that all modules
 * are alike. As on the framebuffer, error correction M while a module gets three pixels, then L.
 */
export function fitCode(code) {
  const dots = dotsOfModule(code.modules);
  if (dots >= GOOD_DOTS || !code.low) return { code, dots };
  return { code: code.low, dots: dotsOfModule(code.low.modules) };
}

/** @param modules on one side of the code, quiet zone included. */
function dotsOfModule(modules) {
  const ratio = devicePixelRatio || 1;
  const width = innerWidth * ratio;
  const height = innerHeight * ratio;
  const short = Math.min(width, height);
  // Beside the code stands a panel with the amount; on a tall screen that goes above and below.
  const beside = width / height >= 0.8;
  const [most, room] = beside ? [height, 0.72 * width] : [width, 0.66 * height];
  let dots = Math.floor(Math.min(0.94 * most, room) / modules);
  while (
    dots * (modules - QUIET_MODULES) < LEAST_PART * short &&
    (dots + 1) * modules <= Math.min(most, room)
  )
    dots += 1;
  return Math.max(1, dots);
}

/** The same for the code that opens WhatsApp: of the room that words leave. */
export function fitHelp(code) {
  return fitSmall(code, { wide: [0.36, 0.6], tall: 0.45 });
}

/** Beside LUNAS, which is short: where the code would be read from nearby only, it gets most of the screen. */
export function fitReceipt(code) {
  const fitted = fitSmall(code, { wide: [0.42, 0.62], tall: 0.6 });
  if (fitted.dots >= GOOD_DOTS) return fitted;
  const large = fitSmall(code.low ?? code, { wide: [0.66, 0.9], tall: 0.62 });
  return { ...large, dots: Math.min(GOOD_DOTS, large.dots) };
}

/** @param wide parts of width and height; `tall` of the width of an upright screen */
function fitSmall(code, { wide, tall }) {
  const ratio = devicePixelRatio || 1;
  const [width, height] = [innerWidth * ratio, innerHeight * ratio];
  const room = width / height >= 0.8 ? Math.min(wide[0] * width, wide[1] * height) : tall * width;
  const dotsOf = (one) => Math.max(1, Math.floor(room / one.modules));
  return dotsOf(code) >= GOOD_DOTS || !code.low
    ? { code, dots: dotsOf(code) }
    : { code: code.low, dots: dotsOf(code.low) };
}

/** A finger needs this much, in CSS pixels. */
const LEAST_TILE = 44;

/**
 * As many columns as make the tiles of a full page largest. A tile is a card, its picture above the words, where it is
 * high enough; else a row. What does not fit even so is scrolled to.
 * @param few amounts to give, which may be as large as they get
 */
export function fitShelf(shelf, count, { pictures, few }) {
  const { width, height } = shelf.getBoundingClientRect();
  const gap = Number.parseFloat(getComputedStyle(shelf).columnGap) || 0;
  const shape = few ? 2.2 : pictures ? 0.9 : 1.7;
  let best = { score: 0 };
  for (let columns = 1; columns <= 6; columns += 1) {
    // A group of two does not get a screen for each.
    const rows = Math.max(Math.ceil(count / columns), few ? 1 : 2);
    const wide = (width - (columns - 1) * gap) / columns;
    const high = Math.max(LEAST_TILE, (height - (rows - 1) * gap) / rows);
    if (columns > 1 && wide < 92) break;
    const scrolls = rows * high + (rows - 1) * gap > height + 1;
    // Where even the smallest must be scrolled to, the most of them are seen at once.
    const score = scrolls ? columns / 100 : Math.min(wide, high * shape);
    if (score > best.score) best = { score, columns, rows, wide, high };
  }
  if (best.score === 0) return;
  const { columns, rows, wide, high } = best;
  const isCard = high >= 76 && wide / high < 1.9;
  const isTight = high < (pictures ? 110 : 64);
  const size = isCard
    ? Math.min(wide / 9, high / (!pictures ? 4.8 : isTight ? 6.5 : 8.5))
    : Math.min(wide / 9, high / 3.8);
  shelf.dataset.shape = few ? 'amount' : isCard ? 'card' : 'row';
  shelf.toggleAttribute('data-tight', isTight);
  shelf.style.setProperty('--columns', columns);
  shelf.style.setProperty('--rows', rows);
  shelf.style.setProperty(
    '--letter',
    `${Math.max(11, few ? Math.min(wide / 7, high / 2.6) : size).toFixed(1)}px`,
  );
}
