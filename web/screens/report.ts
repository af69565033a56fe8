// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * A report through the page: the plain form becomes one question a screen, and what it holds leaves sealed.
 *
 * The form stays the real form. Somebody who has told nothing yet is told so at the question for it, once, and can go on: files
 * alone are a report too. How it is sent is in leaving.ts. See spec/browser.md; T02, T08, T10.
 */

import type { Why } from "../sealer/orders.ts";
import { DraftForm } from "./draft.ts";
import { Files } from "./files.ts";
import { type Entry, type Holding, Leaving } from "./leaving.ts";
import { Steps } from "./steps.ts";
import { copyOf, one, show } from "./texts.ts";

const TOLD = "[name=what]";
/** Where a refusal is mended: the field that the form goes back to. */
const MENDED: Readonly<Partial<Record<Why, string>>> = {
  ReportEmpty: TOLD,
  TooLarge: "[name=files]",
  FileGone: "[name=files]",
  TooManyExcluded: "[name=exclude]",
};

/** The report form, brought to life. */
export class ReportScreens implements Holding {
  readonly #form: HTMLFormElement;
  readonly #draft: DraftForm;
  readonly #leaving: Leaving;
  readonly #files: Files;
  readonly #steps: Steps;
  #toldEmpty = false;

  /** Build everything first, and change what is seen last. Raises whatever is missing in this browser or page. */
  constructor(form: HTMLFormElement, address: string) {
    copyOf("nothing");
    this.#form = form;
    this.#draft = new DraftForm(form);
    this.#leaving = new Leaving(address, this);
    this.#files = new Files(one(form, "[name=files]") as HTMLInputElement);
    this.#steps = new Steps(form);
    this.#listen();
    try {
      this.#begin(document.activeElement);
    } catch {
      this.#leaving.failed("plain");
    }
  }

  /** Begin with the question that somebody has begun to answer while the script was on its way. */
  #begin(at: Element | null): void {
    this.#files.listed(true);
    history.replaceState({ step: this.#steps.of(at) }, "");
    this.#steps.show(this.#steps.of(at), this.#form.contains(at));
    this.#leaving.check();
  }

  #listen(): void {
    const leaving = this.#leaving;
    leaving.on(this.#form, "submit", (event) => {
      if (leaving.isPlain) return;
      event.preventDefault();
      if (leaving.isWriting) this.#next();
    });
    leaving.on(document, "click", (event) => this.#pressed(event));
    leaving.on(one(this.#form, "[name=files]"), "change", () => this.#files.add());
    leaving.on(window, "popstate", (event) => {
      const state = (event as PopStateEvent).state as Entry | null;
      if (state && leaving.isWriting) this.#steps.show(state.step ?? this.#steps.count - 1);
    });
  }

  #pressed(event: Event): void {
    const button = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-do]") : null;
    const act = button?.dataset["do"];
    if (act === "add") (one(this.#form, "[name=files]") as HTMLInputElement).click();
    if (act === "remove" && button) this.#files.remove(button);
    if (act === "next" && this.#leaving.isWriting) this.#next();
  }

  #next(): void {
    this.#leaving.stage.clear();
    const { now, count } = this.#steps;
    if (now === count - 1) return this.#send();
    if (now === this.#steps.of(this.#form.querySelector(TOLD)) && !this.#toldEmpty && this.#isEmpty()) {
      this.#toldEmpty = true;
      return this.#leaving.stage.say(copyOf("nothing"));
    }
    history.pushState({ step: now + 1 }, "");
    this.#steps.show(now + 1);
  }

  #send(): void {
    // Nobody waits for a worker to learn that nothing is there, and the step back leads to the last question but one.
    if (this.#isEmpty()) return this.#leaving.failed("ReportEmpty");
    const { largest, longest, most } = this.#form.dataset;
    const draft = this.#draft;
    let text: string;
    try {
      text = draft.text(Number(longest));
    } catch {
      return this.#leaving.failed("TooLarge");
    }
    const report = { text, language: document.documentElement.lang, wishes: draft.wishes(), nonce: draft.nonce() };
    this.#leaving.send({
      order: "send",
      report: { ...report, wordsLanguage: draft.wordsLanguage(), files: this.#files.chosen },
      limits: { largest: Number(largest), most: Number(most) },
    });
  }

  #isEmpty(): boolean {
    return !this.#draft.isTold() && !this.#files.chosen.length;
  }

  emptied(): void {
    this.#form.reset();
    this.#files.forget();
    this.#form.remove();
  }

  plain(sendable: boolean): void {
    this.#files.listed(false);
    this.#steps.showAll();
    show(one(this.#form, "button:not([type])"), sendable);
  }

  mended(why: Why): void {
    const field = MENDED[why];
    const step = field ? this.#steps.of(this.#form.querySelector(field)) : this.#steps.now;
    history.replaceState({ step }, "");
    this.#steps.show(step, false);
  }

  isWritten(): boolean {
    return this.#draft.isWritten() || this.#files.chosen.length > 0;
  }
}
