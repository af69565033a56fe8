// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * One question a screen: the form's own questions, of which one is shown, with what was written staying in their fields.
 *
 * Each screen keeps the statement of who will read this before its buttons, in one sentence that unfolds, so that a question, its
 * field and its button stand on a phone's first screen. It moves nothing out of the form, and shown as a whole again it is the
 * plain form. It does not touch the browser's history. See spec/browser.md.
 */

import { copyOf, fill, one, show } from "./texts.ts";

/** The questions of one form. */
export class Steps {
  readonly #questions: readonly HTMLElement[];
  readonly #place: HTMLElement;
  readonly #walk: HTMLElement;
  readonly #send: HTMLElement;
  readonly #seen: readonly [HTMLElement, HTMLElement];
  readonly #opening: readonly HTMLElement[];
  #now = 0;

  constructor(form: HTMLFormElement) {
    this.#questions = [...form.querySelectorAll<HTMLElement>(".question")];
    this.#opening = [...document.querySelectorAll<HTMLElement>("main > .opening, main > .warning")];
    const plain = one(form, ".before");
    const copy = copyOf("step");
    this.#place = one(copy, "[data-part=place]");
    this.#walk = one(copy, "[data-part=walk]");
    this.#seen = [plain, one(copy, ".before")];
    this.#send = one(form, "button:not([type])");
    form.prepend(this.#place);
    plain.after(this.#seen[1]);
    one(this.#walk, "[data-do=next]").after(this.#send);
    form.append(this.#walk);
  }

  /** The step that is shown, counted from zero. */
  get now(): number {
    return this.#now;
  }

  /** How many there are. */
  get count(): number {
    return this.#questions.length;
  }

  /** Return the step that an element stands in; the first if it stands in none. */
  of(element: Element | null): number {
    return Math.max(0, this.#questions.findIndex((question) => element !== null && question.contains(element)));
  }

  /** Show one step and go to its field. */
  show(step: number, focus = true): void {
    const now = Math.max(0, Math.min(step, this.count - 1));
    this.#now = now;
    for (const [place, question] of this.#questions.entries()) show(question, place === now);
    for (const element of this.#opening) show(element, now === 0);
    fill(this.#place, { number: now + 1, count: this.count });
    show(this.#place, true);
    show(this.#walk, true);
    show(one(this.#walk, "[data-do=back]"), now > 0);
    show(one(this.#walk, "[data-do=next]"), now < this.count - 1);
    show(this.#send, now === this.count - 1);
    this.#says(1);
    if (focus) this.#focus(this.#questions[now]);
  }

  /** Show all of them, as in the plain form, in which the server sees what passes. */
  showAll(): void {
    for (const element of [...this.#questions, ...this.#opening, this.#send]) show(element, true);
    show(this.#place, false);
    for (const button of this.#walk.querySelectorAll<HTMLElement>("[data-do]")) show(button, false);
    this.#says(0);
  }

  #says(mode: 0 | 1): void {
    for (const [place, element] of this.#seen.entries()) show(element, place === mode);
  }

  #focus(question: HTMLElement | undefined): void {
    const field = question?.querySelector<HTMLElement>("textarea, select, input:not([type=file]), button");
    field?.focus({ preventScroll: true });
    scrollTo(0, 0);
  }
}
