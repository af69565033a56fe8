// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * The fields of the form as one text and the source's wishes: the same that the server makes of the plain form.
 *
 * Headings are the form's own labels, read when the page opens, before anything translates them. It checks the length of what
 * was typed and nothing else. Its twin is src/ombuds/server/intake/draft.py. See spec/browser.md.
 */

import { TooLarge } from "../core/errors.ts";
import type { Wishes } from "../core/sealing.ts";
import { one } from "./texts.ts";

const FIELDS = ["what", "who", "where", "when"] as const;
const PROBLEMS = ["overtime", "quotas", "leave", "illegal-order", "retaliation", "dismissal", "citizens", "corruption", "harassment", "other"] as const;
/** The form's word for a problem where the report's format has a longer one. */
const LONGER: Readonly<Record<string, string>> = { order: "illegal-order" };
/** Of several wishes the one that asks the desk for most; all of them stand in the text. */
const MOST_FIRST = ["publicity", "contact", "advice", "record"] as const;

/** Reads one report form. */
export class DraftForm {
  readonly #form: HTMLFormElement;
  readonly #headings: ReadonlyMap<string, string>;
  readonly #wishes: ReadonlyMap<string, string>;
  readonly #wished: string;

  constructor(form: HTMLFormElement) {
    this.#form = form;
    this.#headings = new Map(FIELDS.map((name) => [name, words(one(form, `label[for=${name}]`))]));
    const boxes = [...form.querySelectorAll<HTMLInputElement>("input[name=wish]")];
    this.#wishes = new Map(boxes.map((box) => [box.value, words(box.parentElement ?? box)]));
    this.#wished = words(one(boxes[0]?.closest("fieldset") ?? form, "legend"));
  }

  /** Return what was typed, under short headings if it is more than the story itself. Raises TooLarge. */
  text(longest: number): string {
    const typed = this.#typed();
    // One field may hold exactly the limit: headings do not count.
    if (typed.reduce((sum, [, text]) => sum + [...text].length, 0) > longest) throw new TooLarge();
    const filled = typed.map(([name, text]) => [this.#headings.get(name) ?? name, text.trim()]).filter(([, text]) => text);
    const ticked = this.#ticked();
    if (filled.length && ticked.length > 1) filled.push([this.#wished, ticked.map((wish) => this.#wishes.get(wish)).join("\n")]);
    const what = this.#one("what").trim();
    if (filled.length === 1 && what) return what;
    return filled.map(([heading, text]) => `${heading}\n${text}`).join("\n\n");
  }

  /** Return what help is wanted, about what, and who must not read it; a question that was skipped is not answered for the source. */
  wishes(): Wishes {
    const kind = this.#one("type");
    const problem = PROBLEMS.find((known) => known === (LONGER[kind] ?? kind)) ?? "not-said";
    return { help: this.#ticked()[0] ?? "not-said", problem, exclude: [...new Set(this.#every("exclude"))].sort() };
  }

  /** Return the language of the words. */
  wordsLanguage(): string {
    return this.#one("words_language");
  }

  /** Return the form's nonce. */
  nonce(): string {
    return this.#one("nonce");
  }

  /** Whether there is anything that would be lost. */
  isWritten(): boolean {
    return this.#typed().some(([, text]) => text !== "");
  }

  /** Whether there is a text at all. */
  isTold(): boolean {
    return this.#typed().some(([, text]) => text.trim() !== "");
  }

  #typed(): (readonly [string, string])[] {
    return FIELDS.map((name) => [name, this.#one(name)] as const);
  }

  #ticked(): ("publicity" | "contact" | "advice" | "record")[] {
    const given = this.#every("wish");
    return MOST_FIRST.filter((wish) => given.includes(wish));
  }

  #one(name: string): string {
    return this.#every(name)[0] ?? "";
  }

  #every(name: string): string[] {
    return new FormData(this.#form).getAll(name).filter((value) => typeof value === "string").map((value) => value.replace(/\r\n?/g, "\n"));
  }
}

function words(element: HTMLElement): string {
  return (element.textContent ?? "").trim();
}
