// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * The screen on which a source agrees to exactly this text, agrees without some parts, refuses, or takes its consent back.
 *
 * What is not ticked is left out whichever button was pressed. What was answered on this visit is said, and a no has nothing to
 * take back. It signs nothing: the worker does. See spec/consent.md, spec/browser.md.
 */

import type { Choice, Heard } from "../core/consent.ts";
import type { Asked } from "../sealer/orders.ts";
import { exactly, itemOf } from "./exact.ts";
import { copyOf, one, readable, show } from "./texts.ts";

/** What was answered, as the page's own words name it. */
export type State = "agreed" | "partly" | "refused" | "revoked";

/** One question, as it is shown. */
export class ConsentScreen {
  readonly copy: DocumentFragment;
  readonly #asked: Asked;
  readonly #boxes: HTMLInputElement[];

  constructor(asked: Asked, came: ReadonlyMap<string, string>, state: State | undefined) {
    this.#asked = asked;
    this.copy = copyOf("consent");
    const items = one(this.copy, "fieldset");
    const line = one(items, ".tick");
    const lines = asked.items.map((item) => itemLine(line, asked, item));
    line.replaceWith(...lines);
    this.#boxes = lines.map((each) => one(each, "input") as HTMLInputElement);
    show(items, asked.items.length > 0);
    show(one(this.copy, "[value=partly]"), asked.items.length > 0);
    one(this.copy, "[data-part=exact]").append(...exactly(asked.content, came));
    for (const said of this.copy.querySelectorAll<HTMLElement>("[data-state]")) show(said, said.dataset["state"] === state);
    const no = state === "refused" || state === "revoked";
    show(one(this.copy, "[data-part=final]"), no);
    if (state) for (const value of ["agree", "partly"]) show(one(this.copy, `[value=${value}]`), false);
    // A desk that says it has a no may be wrong: to say no again is always possible.
    show(one(this.copy, "[value=refuse]"), !state || no);
    // Whether an earlier visit agreed is known to the desk and the source, and kept nowhere in between.
    const earlier = one(this.copy, "[data-part=earlier]") as HTMLDetailsElement;
    show(earlier, !no);
    earlier.open = state !== undefined;
  }

  /** Return the answer of a button: what is signed, and which parts are left out. */
  answer(button: string): { question: string; choice: Choice; without: readonly string[] } {
    const choice = button === "refuse" || button === "revoke" ? button : "agree";
    const without = choice === "agree" ? this.#asked.items.filter((_, place) => !this.#boxes[place]?.checked) : [];
    return { question: this.#asked.id, choice, without };
  }
}

/** Return what an answer says. */
export function stateOf(choice: Choice, without: readonly string[]): State {
  if (choice === "agree") return without.length ? "partly" : "agreed";
  return choice === "refuse" ? "refused" : "revoked";
}

/** Return the answer that the desk says it has. */
export function heardState(heard: Heard | null): State | undefined {
  return heard && heard.what !== "published" ? stateOf(heard.what, heard.without) : undefined;
}

function itemLine(line: HTMLElement, asked: Asked, item: string): HTMLElement {
  const made = line.cloneNode(true) as HTMLElement;
  const kind = item.split("-")[0] ?? item;
  one(made, ".meta").textContent = `${one(copyOf("labels"), `[data-item=${kind}]`).textContent}:`;
  one(made, "bdi").textContent = readable(itemOf(asked.content, item));
  return made;
}
