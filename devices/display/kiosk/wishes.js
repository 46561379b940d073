// What a customer asks of this screen alone, and the daemon never hears of: the amount in words, another language, keys.

import { unfold } from './choose.js';

const WORDS_MS = 15_000;
/** Who chose a language and went away leaves the screen to the next one. */
const LANGUAGE_MS = 60_000;
const NEXT_LANGUAGE = { both: 'id', id: 'en', en: 'both' };

export class Wishes {
  /** @param changed what is on the screen has another size now, and says something else. */
  constructor(changed) {
    this.changed = changed;
    this.root = document.documentElement;
    this.ownLanguage = this.root.dataset.language;
    this.scan = document.getElementById('scan');
    this.choose = document.getElementById('choose');
    this.sale = document.getElementById('sale');
  }

  /** Before a screen of the daemon is drawn: what was asked for ends with what it was asked about. */
  screen(view) {
    if (view.show !== 'scan' || view.orderId !== this.order) this.words(false);
    this.order = view.orderId;
    this.keys(false);
    // The sale is over, so the next customer comes.
    const waits = (show) => show === 'idle' || show === 'entering' || show === 'choose';
    if (waits(view.show) && view.show !== 'entering' && !waits(this.before)) this.language(this.ownLanguage);
    this.before = view.show;
  }

  take(wish) {
    if (wish === 'language') this.language(NEXT_LANGUAGE[this.root.dataset.language]);
    else if (!this.choose.hidden) unfold(wish === 'words' ? 'cart' : wish, wish === 'words');
    else if (wish === 'keys') this.keys(true);
    else if (!this.scan.hidden) this.words(!('said' in this.scan.dataset));
    this.changed();
  }

  words(shown) {
    clearTimeout(this.wordsTimer);
    this.scan.toggleAttribute('data-said', shown);
    this.scan.querySelector('[data-wish=words]').setAttribute('aria-expanded', String(shown));
    if (shown) this.wordsTimer = setTimeout(() => this.take('words'), WORDS_MS);
  }

  language(language) {
    clearTimeout(this.languageTimer);
    this.root.dataset.language = language;
    this.root.lang = language === 'en' ? 'en' : 'id';
    if (language === this.ownLanguage) return;
    this.languageTimer = setTimeout(() => {
      this.language(this.ownLanguage);
      this.changed();
    }, LANGUAGE_MS);
  }

  /** Where a small screen has no room for the register's lines and the keys. */
  keys(open) {
    this.sale.toggleAttribute('data-keys', open);
  }
}
