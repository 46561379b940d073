// The terminal page. It draws what the daemon says and sends what is pressed; it decides nothing.
import { pressedOk, startChoosing } from './choose.js';
import { draw, drawLost, dropCode, fitAgain, sayAgain } from './faces.js';
import { startKeys } from './keys.js';
import { openLink } from './link.js';
import { startSetUp } from './set-up.js';
import { Wishes } from './wishes.js';

const wishes = new Wishes(() => {
  fitAgain();
  sayAgain();
});

const link = openLink({
  screen(view) {
    wishes.screen(view);
    draw(view);
    confirmPainted(view.number);
  },
  // A code on a screen without a connection is taken away at once; the rest may stand for some seconds.
  broken: dropCode,
  lost: drawLost,
});

startKeys(
  (key) => link.press(key === 'enter' ? pressedOk() : key),
  (wish) => wishes.take(wish),
);
startChoosing((wish) => link.press(wish));
startSetUp((typed) => link.press(typed));
addEventListener('resize', fitAgain);
document.fonts.ready.then(fitAgain);
hideIdlePointer();

/** The second frame begins only after the first one, with our changes in it, was handed over to be shown. */
function confirmPainted(number) {
  requestAnimationFrame(() => requestAnimationFrame(() => link.painted(number)));
}

/** A touch screen has no pointer to show, and a mouse is seen while it moves. */
function hideIdlePointer() {
  let timer;
  addEventListener('pointermove', (event) => {
    if (event.pointerType !== 'mouse') return;
    document.body.dataset.pointer = 'seen';
    clearTimeout(timer);
    timer = setTimeout(() => delete document.body.dataset.pointer, 3000);
  });
}
