// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * Boxes over a photograph: drawn, moved and sized by finger, mouse or keyboard, as elements over the picture.
 *
 * It reads no point of the picture; the boxes are burnt in by the worker (web/picture/boxes.ts). A box is a button: arrows move
 * it, with Shift they change its size, Delete takes it away, and so does the button beside the one that was chosen last. See
 * spec/browser.md; T14.
 */

import { type Box, MOST_BOXES } from "../picture/boxes.ts";
import { fill, one } from "../screens/texts.ts";

/** In shares of the picture: one press of a key, the side of a fresh box, and the smallest one. */
const [STEP, FRESH, LEAST] = [0.02, 0.2, 0.02];
const ARROWS: Readonly<Record<string, readonly [number, number]>> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
type Place = readonly [x: number, y: number];

interface Drawn {
  readonly element: HTMLElement;
  box: Box;
}

/** The boxes over one picture. */
export class Covering {
  readonly #frame: HTMLElement;
  readonly #pattern: HTMLElement;
  readonly #away: HTMLElement;
  #drawn: readonly Drawn[] = [];
  #chosen: Drawn | undefined;

  /** `frame` holds the picture, the pattern of a box, and the button that takes the chosen one away. */
  constructor(frame: HTMLElement) {
    this.#frame = frame;
    this.#pattern = one(frame, ".box");
    this.#away = one(frame, ".away");
    this.#pattern.remove();
    this.#away.remove();
    frame.addEventListener("focusin", (event) => this.#choose(this.#of(event.target) ?? this.#chosen));
    this.#away.addEventListener("click", () => this.#chosen && this.#remove(this.#chosen));
    frame.addEventListener("pointerdown", (event) => this.#pressed(event));
    frame.addEventListener("keydown", (event) => this.#keyed(event));
  }

  /** The boxes, in shares of the picture. */
  get boxes(): readonly Box[] {
    return this.#drawn.map(({ box }) => box);
  }

  /** Put a box in the middle, or around a place, and go to it. */
  add([x, y]: Place = [0.5, 0.5]): void {
    this.#put({ left: x - FRESH / 2, top: y - FRESH / 2, right: x + FRESH / 2, bottom: y + FRESH / 2 })?.element.focus();
  }

  /** Take every box away. */
  clear(): void {
    for (const { element } of this.#drawn) element.remove();
    this.#drawn = [];
    this.#choose(undefined);
  }

  /** Put the button that takes a box away beside it, outside where there is room, and behind it for the keyboard. */
  #choose(drawn: Drawn | undefined): void {
    if (drawn !== this.#chosen && drawn) drawn.element.after(this.#away);
    if (!drawn) this.#away.remove();
    this.#chosen = drawn;
    if (!drawn) return;
    this.#away.style.left = `min(${drawn.box.right * 100}%, 100% - 2.6rem)`;
    this.#away.style.top = `max(${drawn.box.top * 100}% - 2.6rem, 0px)`;
  }

  #put(box: Box): Drawn | undefined {
    if (this.#drawn.length === MOST_BOXES) return undefined;
    const drawn = { element: this.#pattern.cloneNode(true) as HTMLElement, box };
    this.#frame.append(drawn.element);
    this.#drawn = [...this.#drawn, drawn];
    this.#place(drawn, box);
    this.#name();
    return drawn;
  }

  #remove(drawn: Drawn): void {
    const at = this.#drawn.indexOf(drawn);
    drawn.element.remove();
    this.#drawn = this.#drawn.filter((each) => each !== drawn);
    this.#choose(undefined);
    this.#name();
    (this.#drawn[Math.min(at, this.#drawn.length - 1)]?.element ?? this.#frame).focus();
  }

  #name(): void {
    for (const [place, { element }] of this.#drawn.entries()) fill(one(element, "span"), { number: place + 1 });
  }

  /** Keep a box inside the picture and no smaller than it can be seen, and show it there. */
  #place(drawn: Drawn, wanted: Box): void {
    const [wide, high] = [within(wanted.right - wanted.left, LEAST, 1), within(wanted.bottom - wanted.top, LEAST, 1)];
    const [left, top] = [within(wanted.left, 0, 1 - wide), within(wanted.top, 0, 1 - high)];
    drawn.box = { left, top, right: Math.min(left + wide, 1), bottom: Math.min(top + high, 1) };
    const { style } = drawn.element;
    [style.left, style.top, style.width, style.height] = [left, top, wide, high].map((share) => `${share * 100}%`) as [string, string, string, string];
    if (drawn === this.#chosen) this.#choose(drawn);
  }

  #keyed(event: KeyboardEvent): void {
    const drawn = this.#of(event.target);
    if (!drawn) return;
    if (event.key === "Delete" || event.key === "Backspace") this.#remove(drawn);
    const arrow = ARROWS[event.key];
    if (arrow) this.#step(drawn, arrow, event.shiftKey);
    if (arrow || event.key === "Delete" || event.key === "Backspace") event.preventDefault();
  }

  #step(drawn: Drawn, [across, down]: Place, size: boolean): void {
    const { left, top, right, bottom } = drawn.box;
    const [x, y] = [across * STEP, down * STEP];
    this.#place(drawn, size ? { left, top, right: Math.min(right + x, 1), bottom: Math.min(bottom + y, 1) } : moved(drawn.box, [x, y]));
  }

  #pressed(event: PointerEvent): void {
    if (event.button !== 0 || (event.target instanceof Node && this.#away.contains(event.target))) return;
    event.preventDefault();
    const from = this.#at(event);
    const held = this.#of(event.target);
    const sized = event.target instanceof Element && event.target.closest(".handle") !== null;
    held?.element.focus();
    let drawn = held;
    const before = held?.box;
    const moves = (next: PointerEvent): void => {
      const to = this.#at(next);
      if (held && before && !sized) return this.#place(held, moved(before, [to[0] - from[0], to[1] - from[1]]));
      const start: Place = held && before ? [before.left, before.top] : from;
      // A finger that only trembles draws nothing.
      if (!drawn && Math.max(Math.abs(to[0] - from[0]), Math.abs(to[1] - from[1])) < LEAST) return;
      drawn ??= this.#put(between(from, to));
      if (drawn) this.#place(drawn, between(start, to));
    };
    const ends = (): void => {
      removeEventListener("pointermove", moves);
      removeEventListener("pointerup", ends);
      removeEventListener("pointercancel", ends);
      if (!drawn) this.add(from);
      else drawn.element.focus();
    };
    addEventListener("pointermove", moves);
    addEventListener("pointerup", ends);
    addEventListener("pointercancel", ends);
  }

  #of(target: EventTarget | null): Drawn | undefined {
    return this.#drawn.find(({ element }) => target instanceof Node && element.contains(target));
  }

  #at(event: PointerEvent): Place {
    const { left, top, width, height } = this.#frame.getBoundingClientRect();
    return [within((event.clientX - left) / width, 0, 1), within((event.clientY - top) / height, 0, 1)];
  }
}

function moved({ left, top, right, bottom }: Box, [x, y]: Place): Box {
  return { left: left + x, top: top + y, right: right + x, bottom: bottom + y };
}

function between([x, y]: Place, [across, down]: Place): Box {
  return { left: Math.min(x, across), top: Math.min(y, down), right: Math.max(x, across), bottom: Math.max(y, down) };
}

function within(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}
