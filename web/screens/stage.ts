// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * What stands in the main part of the page besides its form: one screen in the form's place, or one message above it.
 *
 * A screen's own heading becomes the heading of the page, and is where a reader of screens begins. See spec/browser.md.
 */

import { one, show } from "./texts.ts";

/** The main part of the page. */
export class Stage {
  readonly #main = one(document, "main");
  readonly #heading = one(document, "main > h1");
  readonly #title = this.#heading.textContent;
  readonly #form = one(document, "main > form");
  #screen: HTMLElement | undefined;
  #said: HTMLElement | undefined;

  constructor() {
    this.#heading.tabIndex = -1;
  }

  /** Put a screen in the place of the form. */
  put(screen: DocumentFragment): void {
    this.#drop();
    this.#screen = document.createElement("div");
    const title = screen.querySelector("h2");
    this.#heading.textContent = title?.textContent ?? this.#title;
    title?.remove();
    this.#screen.append(screen);
    for (const element of this.#others()) show(element, false);
    this.#main.append(this.#screen);
    scrollTo(0, 0);
    this.#heading.focus({ preventScroll: true });
  }

  /** Take the screen and the message away: the form is there again. */
  clear(): void {
    this.#drop();
    this.#heading.textContent = this.#title;
    for (const element of this.#others()) show(element, true);
  }

  /** Say something above the form. */
  say(message: Node): void {
    this.#said?.remove();
    this.#said = document.createElement("div");
    this.#said.append(message);
    this.#heading.after(this.#said);
    this.#said.tabIndex = -1;
    scrollTo(0, 0);
    this.#said.focus({ preventScroll: true });
  }

  /** Say nothing any more: what was said is put right. */
  hush(): void {
    this.#said?.remove();
    // What the server said of an earlier try is over too.
    for (const trouble of this.#main.querySelectorAll(":scope > .trouble")) trouble.remove();
    this.#said = undefined;
  }

  #drop(): void {
    this.#screen?.remove();
    this.#screen = undefined;
    this.hush();
  }

  #others(): HTMLElement[] {
    return [this.#form, ...this.#main.querySelectorAll<HTMLElement>(":scope > .opening, :scope > .warning")];
  }
}
