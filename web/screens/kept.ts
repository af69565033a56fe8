// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * After the server has acknowledged: the words, two of them asked back, and what happens next. Back and forth between words
 * and question until they are right; then the words are forgotten here.
 *
 * See spec/browser.md; promise 3.
 */

import type { Stage } from "./stage.ts";
import { copyOf, one } from "./texts.ts";
import { askedScreen, isRight, placesToAsk, wordsScreen } from "./words.ts";

/** The words of a report that is kept. */
export class WordsKept {
  readonly #language: string;
  readonly #stage: Stage;
  readonly #places: readonly number[];
  #words: readonly string[];

  constructor(words: readonly string[], language: string, stage: Stage) {
    this.#words = words;
    this.#language = language;
    this.#stage = stage;
    this.#places = placesToAsk(words.length);
  }

  /** Whether they were given back. */
  get isConfirmed(): boolean {
    return this.#words.length === 0;
  }

  /** Ask two of them back. */
  ask(): void {
    history.pushState({ asked: true }, "");
    this.show(true);
  }

  /** Show the words, or the question for two of them; once they are given back, neither. */
  show(asked: boolean): void {
    if (this.isConfirmed) return;
    if (!asked) return this.#stage.put(wordsScreen(this.#words, this.#language));
    const screen = askedScreen(this.#places);
    const form = one(screen, "form");
    const wrong = one(screen, ".trouble");
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      wrong.hidden = isRight(form, this.#places, this.#words);
      if (wrong.hidden) this.#confirm();
    });
    this.#stage.put(screen);
    form.querySelector("input")?.focus();
  }

  #confirm(): void {
    this.#words = [];
    this.#stage.put(copyOf("confirmed"));
  }
}
