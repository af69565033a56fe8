// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * The twelve words, shown once the server has acknowledged, and two of them asked back.
 *
 * Asked and compared in the page: nothing of them is sent. They are marked so that a browser that translates leaves them
 * alone. See spec/browser.md; T08.
 */

import { randomBelow } from "../core/keys.ts";
import { copyOf, fill, one } from "./texts.ts";

const ASKED = 2;
/** Lists are made so that four letters tell a word. */
const LETTERS = 4;

/** Return the screen with the words. */
export function wordsScreen(words: readonly string[], language: string): DocumentFragment {
  const screen = copyOf("words");
  const list = one(screen, ".words");
  list.lang = language;
  for (const [place, item] of [...list.children].entries()) item.textContent = words[place] ?? "";
  return screen;
}

/** Return two different places, counted from one, in order. */
export function placesToAsk(count: number): number[] {
  const first = randomBelow(count);
  const second = (first + 1 + randomBelow(count - 1)) % count;
  return [first + 1, second + 1].sort((a, b) => a - b).slice(0, ASKED);
}

/** Return the screen that asks for the words of these places. */
export function askedScreen(places: readonly number[]): DocumentFragment {
  const screen = copyOf("asked");
  one(screen, ".trouble").hidden = true;
  const line = one(screen, "form p");
  const lines = places.map((place) => {
    const copy = line.cloneNode(true) as HTMLElement;
    const label = one(copy, "label");
    const sentence = document.createElement("span");
    sentence.textContent = label.firstChild?.textContent ?? "";
    label.firstChild?.replaceWith(sentence);
    fill(sentence, { position: place });
    return copy;
  });
  line.replaceWith(...lines);
  return screen;
}

/** Whether the words in the fields of a screen are those that were asked for. */
export function isRight(screen: ParentNode, places: readonly number[], words: readonly string[]): boolean {
  const given = [...screen.querySelectorAll("input")].map((field) => plain(field.value));
  return places.every((place, each) => given[each] === plain(words[place - 1] ?? " "));
}

/** A word as it is compared: no accents, no case, its first four letters. */
function plain(word: string): string {
  const letters = word.slice(0, 100).normalize("NFKD").toLowerCase().replace(/\P{L}/gu, "");
  return [...letters].slice(0, LETTERS).join("");
}
