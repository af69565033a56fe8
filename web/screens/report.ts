// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * A report through the page: the plain form becomes one question a screen, is sealed in a worker, and ends with the words.
 *
 * The form stays the real form. Whatever goes wrong before the server has acknowledged brings it back whole, with everything
 * that was written in it. Nothing is stored in this browser: no cookie, no storage, nothing in an address. See
 * spec/browser.md; T02, T08, T10.
 */

import type { Told, Why } from "../sealer/orders.ts";
import { DraftForm } from "./draft.ts";
import { Files } from "./files.ts";
import { SendingScreen } from "./sending.ts";
import { Stage } from "./stage.ts";
import { Steps } from "./steps.ts";
import { copyOf, one, show } from "./texts.ts";
import { Sealer } from "./worker.ts";
import { WordsKept } from "./kept.ts";

type Doing = "writing" | "sending" | "kept" | "plain" | "unsafe";

/** Every screen that may be needed, so that one that is missing is missed now and not after the server has acknowledged. */
const SCREENS = ["step", "files", "sending", "words", "asked", "confirmed", "plain", "unsafe", "refused"];

/** Where a refusal is mended: the field that the form goes back to. */
const MENDED: Readonly<Partial<Record<Why, string>>> = {
  ReportEmpty: "[name=what]",
  TooLarge: "[name=files]",
  FileGone: "[name=files]",
  TooManyExcluded: "[name=exclude]",
};

/** The report form, brought to life. */
export class ReportScreens {
  readonly #form: HTMLFormElement;
  readonly #address: string;
  readonly #draft: DraftForm;
  readonly #files: Files;
  readonly #steps: Steps;
  readonly #stage: Stage;
  #sealer: Sealer;
  #sending: SendingScreen | undefined;
  #words: WordsKept | undefined;
  #doing: Doing = "writing";

  /** Build everything first, and change what is seen last. Raises whatever is missing in this browser or page. */
  constructor(form: HTMLFormElement, address: string) {
    for (const screen of SCREENS) copyOf(screen);
    this.#form = form;
    this.#address = address;
    this.#draft = new DraftForm(form);
    this.#stage = new Stage();
    this.#sealer = this.#started();
    this.#files = new Files(one(form, "[name=files]") as HTMLInputElement);
    this.#steps = new Steps(form);
    this.#listen();
    try {
      this.#begin(document.activeElement);
    } catch {
      this.#failed("plain");
    }
  }

  /** Begin with the question that somebody has begun to answer while the script was on its way. */
  #begin(at: Element | null): void {
    this.#files.listed(true);
    history.replaceState({ step: this.#steps.of(at) }, "");
    this.#steps.show(this.#steps.of(at), this.#form.contains(at));
    this.#sealer.give({ order: "check" });
  }

  #listen(): void {
    this.#on(this.#form, "submit", (event) => {
      if (this.#doing === "plain") return;
      event.preventDefault();
      if (this.#doing === "writing") this.#next();
    });
    this.#on(document, "click", (event) => this.#pressed(event));
    this.#on(one(this.#form, "[name=files]"), "change", () => this.#files.add());
    this.#on(window, "popstate", (event) => this.#back((event as PopStateEvent).state as { step?: number; asked?: boolean } | null));
    this.#on(window, "beforeunload", (event) => {
      // A browser keeps nothing of a page that was left, so it asks first.
      if (this.#wouldLose()) event.preventDefault();
    });
  }

  /** Listen, and go back to the plain form when anything of this program breaks. */
  #on(target: EventTarget, name: string, hear: (event: Event) => void): void {
    target.addEventListener(name, (event) => {
      try {
        hear(event);
      } catch {
        this.#failed("plain");
      }
    });
  }

  #pressed(event: Event): void {
    const button = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-do]") : null;
    const act = button?.dataset["do"] ?? "";
    if (act === "add") (one(this.#form, "[name=files]") as HTMLInputElement).click();
    if (act === "remove" && button) this.#files.remove(button);
    if (act === "back") history.back();
    if (act === "next" && this.#doing === "writing") this.#next();
    if (act === "next" && this.#doing === "kept") this.#words?.ask();
    if (act === "pause" || act === "resume") this.#pause(act);
    if (act === "stop") history.back();
  }

  #next(): void {
    this.#stage.clear();
    if (this.#steps.now === this.#steps.count - 1) return this.#send();
    history.pushState({ step: this.#steps.now + 1 }, "");
    this.#steps.show(this.#steps.now + 1);
  }

  #back(state: { step?: number; asked?: boolean } | null): void {
    // A link within the page is no step back: its entry carries nothing.
    if (state === null) return;
    if (this.#doing === "kept") this.#words?.show(state.asked === true);
    if (this.#doing === "sending" && state.step !== undefined) this.#stop();
    if (this.#doing === "writing") this.#steps.show(state.step ?? this.#steps.count - 1);
  }

  #send(): void {
    const { largest, longest, most } = this.#form.dataset;
    const draft = this.#draft;
    let text: string;
    try {
      text = draft.text(Number(longest));
    } catch {
      return this.#failed("TooLarge");
    }
    const report = { text, language: document.documentElement.lang, wishes: draft.wishes(), nonce: draft.nonce() };
    this.#sending = new SendingScreen();
    this.#doing = "sending";
    history.pushState({}, "");
    this.#stage.put(this.#sending.copy);
    this.#sealer.give({
      order: "send",
      report: { ...report, wordsLanguage: draft.wordsLanguage(), files: this.#files.chosen },
      limits: { largest: Number(largest), most: Number(most) },
    });
  }

  #pause(order: "pause" | "resume"): void {
    this.#sealer.give({ order });
    this.#sending?.paused(order === "pause");
  }

  /** Give up what is being sent; the server sweeps what no report names. */
  #stop(): void {
    this.#sealer.end();
    this.#sealer = this.#started();
    this.#doing = "writing";
    this.#stage.clear();
  }

  #started(): Sealer {
    return new Sealer(this.#address, (told) => this.#hear(told), () => this.#failed("plain"));
  }

  #hear(told: Told): void {
    try {
      if (told.told === "going") this.#sending?.going(told.done, told.total);
      if (told.told === "waiting") this.#sending?.waiting();
      if (told.told === "kept") this.#kept(told.words);
      if (told.told === "failed") this.#failed(told.why);
    } catch {
      this.#failed("plain");
    }
  }

  /** The server has it: the form goes, and the words come. */
  #kept(words: readonly string[]): void {
    this.#doing = "kept";
    try {
      this.#words = new WordsKept(words, this.#draft.wordsLanguage(), this.#stage);
      this.#words.show(false);
      this.#sealer.end();
      this.#form.reset();
      this.#files.forget();
      this.#form.remove();
      history.replaceState({}, "");
    } catch {
      // Whatever broke, nobody can make these words again: they are shown, if need be with nothing around them.
      if (!document.querySelector(".words li")) one(document, "main").replaceChildren(words.join(" "));
    }
  }

  /** Nothing was sent: back to the form, with everything in it and with a sentence that says why. */
  #failed(why: Why): void {
    if (this.#doing === "kept" || this.#doing === "plain" || this.#doing === "unsafe") return;
    this.#stage.clear();
    this.#sealer.end();
    if (why === "plain" || why === "unsafe") {
      this.#doing = why;
      this.#files.listed(false);
      this.#steps.showAll();
      show(one(this.#form, "button:not([type])"), why === "plain");
      return this.#stage.say(copyOf(why));
    }
    this.#sealer = this.#started();
    this.#doing = "writing";
    const field = MENDED[why];
    const step = field ? this.#steps.of(this.#form.querySelector(field)) : this.#steps.now;
    history.replaceState({ step }, "");
    this.#steps.show(step, false);
    this.#stage.say(one(copyOf("refused"), `[data-refusal=${why}]`));
  }

  #wouldLose(): boolean {
    if (this.#doing === "kept") return this.#words?.isConfirmed === false;
    return this.#doing === "sending" || (this.#doing === "writing" && (this.#draft.isWritten() || this.#files.chosen.length > 0));
  }
}
