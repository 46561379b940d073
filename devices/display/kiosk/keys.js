// What is pressed: the keys on the screen, and the keyboard or number pad of the browser.

/** By `KeyboardEvent.code`: a number pad means its digits also while NumLock is off. */
const BY_CODE = {
  NumpadEnter: 'enter',
  ...Object.fromEntries([...'0123456789'].map((digit) => [`Numpad${digit}`, digit])),
};
const BY_KEY = {
  Enter: 'enter',
  Backspace: 'back',
  Delete: 'clear',
  Escape: 'cancel',
  ...Object.fromEntries([...'0123456789'].map((digit) => [digit, digit])),
};

/** Keys that a number pad has besides, for what a customer may ask of this screen. */
const WISH_BY_KEY = { '*': 'words', '/': 'language' };

/**
 * @param press takes a key of the page's protocol; says whether it went through.
 * @param wish takes what is asked of this screen alone.
 */
export function startKeys(press, wish) {
  const pressed = (key) => {
    if (press(key)) flash(key);
  };
  addEventListener('keydown', (event) => {
    // The point of a number pad is Delete while NumLock is off; a person who hits it means neither.
    if (event.code === 'NumpadDecimal' || event.ctrlKey || event.altKey || event.metaKey) return;
    const asked = WISH_BY_KEY[event.key];
    const key = BY_CODE[event.code] ?? BY_KEY[event.key];
    if (!key && !asked) return;
    // Or Enter would press a focused button besides.
    event.preventDefault();
    // A key that is held, or stuck, counts once.
    if (event.repeat) return;
    if (key) pressed(key);
    else wish(asked);
  });
  for (const button of document.querySelectorAll('button[data-key]')) listen(button, pressed);
  for (const button of document.querySelectorAll('button[data-wish]'))
    button.addEventListener('click', () => wish(button.dataset.wish));
  addEventListener('contextmenu', (event) => event.preventDefault());
  addEventListener('dragstart', (event) => event.preventDefault());
}

function listen(button, pressed) {
  const { key } = button.dataset;
  // What cannot be taken back acts on a whole tap that began and ended on it.
  if ('careful' in button.dataset) return button.addEventListener('click', () => pressed(key));
  button.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return;
    event.preventDefault();
    pressed(key);
  });
  // Without a pointer: the space bar, a switch, a screen reader.
  button.addEventListener('click', (event) => {
    if (event.detail === 0) pressed(key);
  });
}

/** As long as the animation of a key takes. */
const FLASH_MS = 180;

const flashes = new Map();

/** Shows for a moment which key was taken, whichever way it was pressed. */
function flash(key) {
  clearTimeout(flashes.get(key));
  const buttons = document.querySelectorAll(`button[data-key="${key}"]`);
  for (const button of buttons) {
    button.classList.remove('taken');
    // Reading the layout lets the animation begin again.
    void button.offsetWidth;
    button.classList.add('taken');
  }
  const end = () => {
    for (const button of buttons) button.classList.remove('taken');
  };
  flashes.set(key, setTimeout(end, FLASH_MS));
}
