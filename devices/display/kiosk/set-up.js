// The face of a box that waits for its code. What is typed is kept by the daemon, so that a pad beside the screen types the same.

const SECTION = document.getElementById('setUp');
/** In threes as on the operator's screen; where a panel has keys for digits alone, all of them in fours. */
const LETTERS = { places: 9, group: 3 };
const DIGITS = { places: 14, group: 4 };
const SMALL = matchMedia('(max-height: 400px), (max-width: 400px)');

/** @param type takes what is typed, or which field it is for. */
export function startSetUp(type) {
  for (const button of SECTION.querySelectorAll('button[data-type]')) {
    const pressed = () => type({ type: button.dataset.type });
    button.addEventListener('pointerdown', (event) => {
      if (event.button !== 0) return;
      event.preventDefault();
      pressed();
    });
    // Without a pointer: the space bar, a switch, a screen reader.
    button.addEventListener('click', (event) => {
      if (event.detail === 0) pressed();
    });
  }
  SECTION.querySelector('.relay').addEventListener('click', () => type({ field: other() }));
  // Before the keys of a sale see it: here a slash is part of an address.
  addEventListener(
    'keydown',
    (event) => {
      if (SECTION.hidden || event.key.length !== 1 || event.ctrlKey || event.altKey || event.metaKey) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      if (!event.repeat) type({ type: event.key });
    },
    true,
  );
  addEventListener('paste', (event) => {
    const text = event.clipboardData?.getData('text').trim().slice(0, 200);
    if (!SECTION.hidden && text) type({ type: text });
  });
}

/** @param setUp as the daemon says it */
export function drawSetUp({ field, code, relay, isRelaySet, isBusy }) {
  SECTION.dataset.field = field;
  SECTION.toggleAttribute('data-busy', isBusy);
  SECTION.querySelector('.slots').replaceChildren(...slots(code));
  const button = SECTION.querySelector('.relay');
  button.disabled = isRelaySet;
  // Where it is not being typed the host alone is looked at.
  button.querySelector('b').textContent = field === 'relay' ? relay : relay.replace(/^https:\/\//, '') || '…';
  button.setAttribute('aria-pressed', String(field === 'relay'));
}

function slots(code) {
  const { places, group } = SMALL.matches || code.length > LETTERS.places ? DIGITS : LETTERS;
  return [...code.padEnd(places, ' ')].map((sign, at) => {
    const place = document.createElement('span');
    place.textContent = sign;
    place.className = [
      sign === ' ' ? 'open' : 'filled',
      at === code.length ? 'next' : '',
      at > 0 && at % group === 0 ? 'apart' : '',
    ].join(' ');
    return place;
  });
}

function other() {
  return SECTION.dataset.field === 'relay' ? 'code' : 'relay';
}
