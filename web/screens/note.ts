// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * Short forms whose text leaves sealed, as a report of its own: a note with "this happened to me too", a question about a
 * published text or of the press, a name for a campaign.
 *
 * A voice without a note is the plain form, which holds nothing of anybody; with one it follows the note without it. The note has
 * a name made here, so that what the server keeps of the two has nothing in common; any other form is one report, whoever sends
 * it how often. Its text is put together as the server does. See spec/browser.md, spec/site.md; T02, T04, T10.
 */

import { randomId } from "../core/keys.ts";
import { NOTHING_SAID } from "../core/sealing.ts";
import { type Holding, Leaving } from "./leaving.ts";
import { copyOf, one, show } from "./texts.ts";

type Field = HTMLInputElement | HTMLTextAreaElement;

/** Such a form, brought to life. */
export class NoteScreens implements Holding {
  readonly #form: HTMLFormElement;
  readonly #note: HTMLTextAreaElement;
  /** What is typed besides: its lines come before the text. */
  readonly #lines: readonly HTMLInputElement[];
  readonly #about: string;
  readonly #voice: URLSearchParams | undefined;
  readonly #seen: readonly [HTMLElement, HTMLElement];
  readonly #leaving: Leaving;

  /** Build everything first, and change what is seen last. Raises whatever is missing in this browser or page. */
  constructor(form: HTMLFormElement, address: string) {
    this.#form = form;
    this.#note = one(form, "textarea") as HTMLTextAreaElement;
    this.#lines = [...form.querySelectorAll<HTMLInputElement>("[data-said]")];
    this.#about = form.dataset["about"] ?? "";
    if (form.id === "voice") {
      copyOf("uncounted");
      this.#voice = new URLSearchParams(["nonce", "check"].map((name) => [name, this.#field(name)]));
    }
    this.#seen = [one(form, ".seen"), one(copyOf("seen"), ".seen")];
    this.#leaving = new Leaving(address, this);
    this.#leaving.on(form, "submit", (event) => this.#submitted(event));
    history.replaceState({ step: 0 }, "");
    this.#seen[0].after(this.#seen[1]);
    show(this.#seen[0], false);
  }

  #submitted(event: Event): void {
    const note = whole(this.#note.value.trim());
    if (this.#leaving.isPlain || (this.#voice && !note)) return;
    event.preventDefault();
    if (!this.#leaving.isWriting) return;
    const lacks = !note || this.#lines.some((line) => line.required && !line.value.trim());
    if (lacks) return this.#leaving.failed("ReportEmpty");
    if ([...note].length > Number(this.#form.dataset["longest"])) return this.#leaving.failed("TooLarge");
    const lines = this.#lines.map(said).join("\n");
    const text = [this.#about, ...(lines ? [lines] : []), note].join("\n\n");
    const whose = { language: document.documentElement.lang, wordsLanguage: this.#field("words_language"), wishes: NOTHING_SAID };
    const nonce = this.#voice ? randomId() : this.#field("nonce");
    this.#leaving.send({ order: "send", report: { text, ...whose, files: [], nonce }, limits: { largest: 0, most: 0 } });
  }

  #field(name: string): string {
    return (one(this.#form, `[name=${name}]`) as Field).value;
  }

  /** What was written is kept; now the voice, if there is one, which is told when it could not be counted. */
  emptied(): void {
    const uncounted = (): void => this.#leaving.stage.say(copyOf("uncounted"));
    this.#form.remove();
    if (this.#voice) fetch(this.#form.action, { method: "POST", body: this.#voice, keepalive: true }).then((answer) => answer.ok || uncounted(), uncounted);
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
    return [this.#note, ...this.#lines].some((field) => field.value !== field.defaultValue);
  }
}

/** What a line says: its name and what was typed, or the one of two sentences that is ticked. */
function said(line: HTMLInputElement): string {
  if (line.type === "checkbox") return line.dataset[line.checked ? "said" : "unsaid"] ?? "";
  return `${line.dataset["said"]}: ${whole(line.value.trim().replace(/\s+/gu, " "))}`;
}

function whole(text: string): string {
  return text.replace(/\p{Surrogate}/gu, "\ufffd");
}
