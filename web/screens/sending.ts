// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * The screen that is shown while a report is sealed and sent: how far it is, what it waits for, pause and go on.
 *
 * It sends nothing itself. See spec/browser.md.
 */

import { copyOf, fill, one, show, sizeOf } from "./texts.ts";

type State = "checking" | "going" | "waiting" | "paused";
const STATES: readonly State[] = ["checking", "going", "waiting", "paused"];

/** One sending, as it is seen. */
export class SendingScreen {
  readonly copy: DocumentFragment;
  readonly #progress: HTMLProgressElement;
  readonly #states: ReadonlyMap<State, HTMLElement>;
  readonly #pause: HTMLElement;
  readonly #resume: HTMLElement;
  #paused = false;

  constructor() {
    this.copy = copyOf("sending");
    this.#progress = one(this.copy, "progress") as HTMLProgressElement;
    this.#states = new Map(STATES.map((state) => [state, one(this.copy, `[data-part=${state}]`)]));
    this.#pause = one(this.copy, "[data-do=pause]");
    this.#resume = one(this.copy, "[data-do=resume]");
    this.#say("checking");
  }

  /** Show how many sealed bytes have left. */
  going(done: number, total: number): void {
    if (this.#paused) return;
    if (total) {
      this.#progress.value = done / total;
      const state = this.#states.get("going");
      if (state) fill(state, { done: sizeOf(done), total: sizeOf(total) });
    }
    this.#say(total ? "going" : "checking");
  }

  /** Show that there is no connection. */
  waiting(): void {
    if (!this.#paused) this.#say("waiting");
  }

  /** Show that it is paused, or that it goes on. */
  paused(paused: boolean): void {
    this.#paused = paused;
    this.#say(paused ? "paused" : "checking");
  }

  #say(state: State): void {
    for (const [each, element] of this.#states) show(element, each === state);
    show(this.#pause, !this.#paused);
    show(this.#resume, this.#paused);
  }
}
