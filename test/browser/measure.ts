import type { Page } from 'playwright-core';

/** What a face looks like, measured in the browser. Texts are named by their first words. */
export interface Measured {
  /** All visible text, in the order of the page. */
  readonly text: string;
  readonly scrolls: boolean;
  /** Texts and boxes that stick out of the screen or of a box that cuts them off. */
  readonly cut: readonly string[];
  /** Pairs of texts on top of each other. */
  readonly overlaps: readonly string[];
  /** Texts with a contrast below 4.5 (WCAG 2.2, 1.4.3 level AA for text of any size). */
  readonly faint: readonly string[];
  readonly smallestTextPx: number;
  /**
   * Buttons under 44 x 44 CSS pixels (WCAG 2.2, 2.5.5); on panels under 261 pixels the amount, which is a button as
   * well, under 24 (2.5.8, level AA).
   */
  readonly smallTargets: readonly string[];
}

export function measure(tab: Page): Promise<Measured> {
  return tab.evaluate(measureFace);
}

/** Runs in the page, so everything that it needs is inside. */
function measureFace(): Measured {
  interface Piece {
    readonly text: string;
    readonly rect: DOMRect;
    readonly owner: Element;
  }
  const face = [...document.querySelectorAll('section')].find((section) => !section.hidden);
  if (!face) throw new Error('no face is shown');
  const pieces: Piece[] = [];
  const walker = document.createTreeWalker(face, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const owner = node.parentElement;
    const text = (node.textContent ?? '').replace(/\s+/g, ' ').trim();
    if (!owner || text === '' || !owner.checkVisibility({ visibilityProperty: true })) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const rect of range.getClientRects()) pieces.push({ text, rect, owner });
  }
  const name = (piece: Piece): string => `"${piece.text.slice(0, 30)}"`;
  const outside = (
    inner: DOMRect,
    outer: { left: number; top: number; right: number; bottom: number },
  ): boolean =>
    inner.left < outer.left - 1 ||
    inner.top < outer.top - 1 ||
    inner.right > outer.right + 1 ||
    inner.bottom > outer.bottom + 1;

  const cut = new Set<string>();
  const screen = { left: 0, top: 0, right: innerWidth, bottom: innerHeight };
  for (const piece of pieces) {
    if (outside(piece.rect, screen)) cut.add(`${name(piece)} leaves the screen`);
    for (let box: Element | null = piece.owner; box && box !== document.body; box = box.parentElement) {
      const clips = getComputedStyle(box).overflowX !== 'visible' || box.tagName === 'BUTTON';
      // A line box is higher than its letters, so a box may end a few pixels inside it.
      const { left, top, right, bottom } = box.getBoundingClientRect();
      const slack = piece.rect.height * 0.2;
      if (clips && outside(piece.rect, { left, top: top - slack, right, bottom: bottom + slack }))
        cut.add(`${name(piece)} leaves ${box.tagName}.${box.getAttribute('class') ?? ''}`);
    }
  }
  for (const button of face.querySelectorAll('button, .code')) {
    const rect = button.getBoundingClientRect();
    if (rect.width > 0 && outside(rect, screen)) cut.add(`${button.className} leaves the screen`);
  }

  const overlaps = new Set<string>();
  for (const [index, one] of pieces.entries())
    for (const other of pieces.slice(index + 1)) {
      const width = Math.min(one.rect.right, other.rect.right) - Math.max(one.rect.left, other.rect.left);
      const height = Math.min(one.rect.bottom, other.rect.bottom) - Math.max(one.rect.top, other.rect.top);
      const lower = Math.min(one.rect.height, other.rect.height);
      // Letters leave a part of their line free above and below.
      if (
        one.owner !== other.owner &&
        width > 1 &&
        height > lower * 0.35 &&
        !one.owner.contains(other.owner) &&
        !other.owner.contains(one.owner)
      )
        overlaps.add(`${name(one)} and ${name(other)}`);
    }

  const channels = (css: string): number[] => (css.match(/[\d.]+/g) ?? []).map(Number);
  const luminance = (css: string): number => {
    const [red = 0, green = 0, blue = 0] = channels(css).map((value) => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const groundOf = (element: Element | null): string => {
    for (let at = element; at; at = at.parentElement) {
      const ground = getComputedStyle(at).backgroundColor;
      if ((channels(ground)[3] ?? 1) > 0) return ground;
    }
    return 'rgb(255, 255, 255)';
  };
  const faint = new Set<string>();
  let smallestTextPx = Number.POSITIVE_INFINITY;
  for (const piece of pieces) {
    const style = getComputedStyle(piece.owner);
    const inSvg = piece.owner instanceof SVGElement;
    const pair = [luminance(inSvg ? style.fill : style.color), luminance(groundOf(piece.owner))];
    const ratio = (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05);
    if (ratio < 4.5) faint.add(`${name(piece)} ${ratio.toFixed(2)}`);
    const svg = piece.owner.closest('svg');
    const zoom = inSvg && svg ? svg.getBoundingClientRect().width / 100 : 1;
    smallestTextPx = Math.min(smallestTextPx, Number.parseFloat(style.fontSize) * zoom);
  }

  const smallTargets = [...face.querySelectorAll('button')].flatMap((button) => {
    const { width, height } = button.getBoundingClientRect();
    const least = button.matches('.amount') && Math.min(innerWidth, innerHeight) <= 260 ? 23.5 : 43.5;
    return width > 0 && (width < 44 || height < least)
      ? [`${button.textContent?.trim()} ${width}x${height}`]
      : [];
  });
  const root = document.documentElement;
  return {
    text: pieces
      .map((piece) => piece.text)
      .filter((text, index, all) => all[index - 1] !== text)
      .join(' '),
    scrolls: root.scrollWidth > innerWidth || root.scrollHeight > innerHeight,
    cut: [...cut],
    overlaps: [...overlaps],
    faint: [...faint],
    smallestTextPx,
    smallTargets,
  };
}
