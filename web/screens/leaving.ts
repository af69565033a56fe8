// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * A report on its way, whatever form holds it: it is sealed and sent by a worker, kept by the server, and ends with the words.
 *
 * The form stays the real form. Whatever goes wrong before the server has acknowledged brings it back whole, with everything
 * that was written in it. Nothing is stored in this browser: no cookie, no storage, nothing in an address. See
 * spec/browser.md; T02, T08, T10.
 */

import type { Order, Told, Why } from "../sealer/orders.ts";
import { WordsKept } from "./kept.ts";
import { SendingScreen } from "./sending.ts";
import { Stage } from "./stage.ts";
import { copyOf, one } from "./texts.ts";
import { Sealer } from "./worker.ts";

type Doing = "writing" | "sending" | "kept" | "plain" | "unsafe";
type Sent = Extract<Order, { order: "send" }>;
/** What an entry of the browser's history says: a question of the form, or that words are asked back. */
export type Entry = { readonly step?: number; readonly asked?: boolean };

/** Every screen that may be needed, so that one that is missing is missed now and not after the server has acknowledged. */
const SCREENS = ["sending", "words", "asked", "confirmed", "plain", "unsafe", "refused"];

/** What a form does for the report that it holds. */
export interface Holding {
  /** Take everything that was written away: the server has it. */
  emptied(): void;
  /** Be the plain form, in which the server sees what passes; without its button where nothing may be sent. */
  plain(sendable: boolean): void;
  /** Be shown again where such a refusal is mended. */
  mended(why: Why): void;
  /** Whether something is written that would be lost. */
  isWritten(): boolean;
}

/** The report of one form. */
export class Leaving {
  readonly stage = new Stage();
  readonly #address: string;
  readonly #form: Holding;
  #sealer: Sealer;
  #sending: SendingScreen | undefined;
  #words: WordsKept | undefined;
  #language = "";
  #doing: Doing = "writing";

  /** Raises whatever is missing in this browser or page. */
  constructor(address: string, form: Holding) {
    for (const screen of SCREENS) copyOf(screen);
    this.#address = address;
    this.#form = form;
    this.#sealer = this.#started();
    this.on(document, "click", (event) => this.#pressed(event));
    this.on(window, "popstate", (event) => this.#back((event as PopStateEvent).state as Entry | null));
    this.on(window, "beforeunload", (event) => {
      // A browser keeps nothing of a page that was left, so it asks first.
      if (this.#wouldLose()) event.preventDefault();
    });
  }

  /** Whether the form is being filled in. */
  get isWriting(): boolean {
    return this.#doing === "writing";
  }

  /** Whether the form is the plain one again, which the browser sends by itself. */
  get isPlain(): boolean {
    return this.#doing === "plain";
  }

  /** Listen, and go back to the plain form when anything of this program breaks. */
  on(target: EventTarget, name: string, hear: (event: Event) => void): void {
    target.addEventListener(name, (event) => {
      try {
        hear(event);
      } catch {
        this.failed("plain");
      }
    });
  }

  /** Look whether something could be sent at all. */
  check(): void {
    this.#sealer.give({ order: "check" });
  }

  /** Seal it and send it. */
  send(order: Sent): void {
    this.#language = order.report.wordsLanguage;
    this.#sending = new SendingScreen();
    this.#doing = "sending";
    history.pushState({}, "");
    this.stage.put(this.#sending.copy);
    this.#sealer.give(order);
  }

  #pressed(event: Event): void {
    const act = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-do]")?.dataset["do"] : "";
    if (act === "back" || act === "stop") history.back();
    if (act === "next" && this.#doing === "kept") this.#words?.ask();
    if (act !== "pause" && act !== "resume") return;
    this.#sealer.give({ order: act });
    this.#sending?.paused(act === "pause");
  }

  #back(state: Entry | null): void {
    // A link within the page is no step back: its entry carries nothing.
    if (state === null) return;
    if (this.#doing === "kept") this.#words?.show(state.asked === true);
    if (this.#doing === "sending" && state.step !== undefined) this.#stop();
  }

  /** Give up what is being sent; the server sweeps what no report names. */
  #stop(): void {
    this.#sealer.end();
    this.#sealer = this.#started();
    this.#doing = "writing";
    this.stage.clear();
  }

  #started(): Sealer {
    return new Sealer(this.#address, (told) => this.#hear(told), () => this.failed("plain"));
  }

  #hear(told: Told): void {
    try {
      if (told.told === "going") this.#sending?.going(told.done, told.total);
      if (told.told === "waiting") this.#sending?.waiting();
      if (told.told === "kept") this.#kept(told.words);
      if (told.told === "failed") this.failed(told.why);
    } catch {
      this.failed("plain");
    }
  }

  /** The server has it: the form goes, and the words come. */
  #kept(words: readonly string[]): void {
    this.#doing = "kept";
    try {
      this.#words = new WordsKept(words, this.#language, this.stage);
      this.#words.show(false);
      this.#sealer.end();
      this.#form.emptied();
      history.replaceState({}, "");
    } catch {
      // Whatever broke, nobody can make these words again: they are shown, if need be with nothing around them.
      if (!document.querySelector(".words li")) one(document, "main").replaceChildren(words.join(" "));
    }
  }

  /** Nothing was sent: back to the form, with everything in it and with a sentence that says why. */
  failed(why: Why): void {
    if (this.#doing === "kept" || this.#doing === "plain" || this.#doing === "unsafe") return;
    this.stage.clear();
    this.#sealer.end();
    if (why === "plain" || why === "unsafe") {
      this.#doing = why;
      this.#form.plain(why === "plain");
      return this.stage.say(copyOf(why));
    }
    this.#sealer = this.#started();
    this.#doing = "writing";
    this.#form.mended(why);
    this.stage.say(one(copyOf("refused"), `[data-refusal=${why}]`));
  }

  #wouldLose(): boolean {
    if (this.#doing === "kept") return this.#words?.isConfirmed === false;
    return this.#doing === "sending" || (this.#doing === "writing" && this.#form.isWritten());
  }
}
