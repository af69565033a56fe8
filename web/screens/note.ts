// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * "This happened to me too" with a note: the note leaves sealed, as a report of its own, and the voice after it without it.
 *
 * A voice without a note is the plain form, which holds nothing of anybody. The report has a name made here, so that what the
 * server keeps of the two has nothing in common. See spec/browser.md, spec/site.md; T02, T04, T10.
 */

import { randomId } from "../core/keys.ts";
import { NOTHING_SAID } from "../core/sealing.ts";
import { type Holding, Leaving } from "./leaving.ts";
import { copyOf, one, show } from "./texts.ts";

/** The form below a story, brought to life. */
export class NoteScreens implements Holding {
  readonly #form: HTMLFormElement;
  readonly #note: HTMLTextAreaElement;
  readonly #about: string;
  readonly #voice: URLSearchParams;
  readonly #seen: readonly [HTMLElement, HTMLElement];
  readonly #leaving: Leaving;

  /** Build everything first, and change what is seen last. Raises whatever is missing in this browser or page. */
  constructor(form: HTMLFormElement, address: string) {
    copyOf("uncounted");
    this.#form = form;
    this.#note = one(form, "[name=note]") as HTMLTextAreaElement;
    this.#about = form.dataset["about"] ?? "";
    this.#voice = new URLSearchParams(["nonce", "check"].map((name) => [name, this.#field(name)]));
    this.#seen = [one(form, ".seen"), one(copyOf("seen"), ".seen")];
    this.#leaving = new Leaving(address, this);
    this.#leaving.on(form, "submit", (event) => this.#submitted(event));
    history.replaceState({ step: 0 }, "");
    this.#seen[0].after(this.#seen[1]);
    show(this.#seen[0], false);
  }

  #submitted(event: Event): void {
    const note = this.#note.value.trim().replace(/\p{Surrogate}/gu, "\ufffd");
    if (this.#leaving.isPlain || !note) return;
    event.preventDefault();
    if (!this.#leaving.isWriting) return;
    if ([...note].length > Number(this.#form.dataset["longest"])) return this.#leaving.failed("TooLarge");
    const text = `${this.#about}\n\n${note}`;
    const whose = { language: document.documentElement.lang, wordsLanguage: this.#field("words_language"), wishes: NOTHING_SAID };
    this.#leaving.send({ order: "send", report: { text, ...whose, files: [], nonce: randomId() }, limits: { largest: 0, most: 0 } });
  }

  #field(name: string): string {
    return (one(this.#form, `[name=${name}]`) as HTMLInputElement).value;
  }

  /** The note is kept; now the voice, which is told when it could not be counted. */
  emptied(): void {
    const uncounted = (): void => this.#leaving.stage.say(copyOf("uncounted"));
    this.#form.remove();
    fetch(this.#form.action, { method: "POST", body: this.#voice, keepalive: true }).then((answer) => answer.ok || uncounted(), uncounted);
  }

  plain(sendable: boolean): void {
    show(this.#seen[0], true);
    show(this.#seen[1], false);
    show(one(this.#form, "button"), sendable);
  }

  mended(): void {
    this.#note.focus();
  }

  isWritten(): boolean {
    return this.#note.value !== "";
  }
}
