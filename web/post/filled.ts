// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * What a supporter filled in, read from the plain form, as the server reads it without a script.
 *
 * Its twin is src/ombuds/server/campaign/filled.py: what somebody wrote goes before what stood marked, and words become one
 * line. Characters that nobody sees are taken out, and the screen before sending shows what is left. See spec/browser.md.
 */

import { seen } from "../core/hiding.ts";
import { hashOf, type Id, utf8 } from "../core/keys.ts";
import { BADGES, type Post } from "../core/posts.ts";
import { LONGEST_SENTENCE, type Terms } from "../core/terms.ts";
import type { Finished } from "../picture/finish.ts";
import { one } from "../screens/texts.ts";
import type { List } from "./orders.ts";

const [SHAPES, ID_LENGTH] = [12, 32];
const UNSAID = /[\p{Cc}\p{Cs}\p{Co}]/gu;

/** What is wrong with a form, by the name of the page's sentence about it. */
export type Lacking = "empty" | "long" | "none";

/** One form for joining. */
export class JoinForm {
  readonly #form: HTMLFormElement;
  readonly terms: Terms;
  readonly instance: string;

  /** Raises Error if the form lacks what is needed to seal. */
  constructor(form: HTMLFormElement) {
    const { campaign, version, recipient, instance } = form.dataset;
    if (!campaign || !version || !recipient || !instance) throw new Error("the page names no recipient");
    this.#form = form;
    this.terms = { campaign, version: Number(version), recipient };
    this.instance = instance;
  }

  /** The name of the post: one form is one post, whoever sends it how often, sealed here or by the server. */
  get id(): Id {
    return hashOf(utf8(`ombuds post\0${this.field("nonce")}`)).slice(0, ID_LENGTH);
  }

  /** Whether a photograph is to be sent. */
  get isPhoto(): boolean {
    return this.field("kind") === "photo";
  }

  /** The region, which only the desk sees. */
  get region(): number | null {
    return placeOf(this.field("region"));
  }

  /** The rank group in words, as it is published. */
  get rank(): string {
    const chosen = this.#form.querySelector<HTMLOptionElement>("[name=rank] option:checked");
    return this.field("rank") ? (chosen?.textContent ?? "").trim() : "";
  }

  /** The language of the words that are wanted as a receipt, or nothing. */
  get receipt(): string {
    return this.field("receipt") === "1" ? this.field("words_language") : "";
  }

  /** Every list of words that the page names. */
  get lists(): readonly List[] {
    return [...document.querySelectorAll<HTMLElement>("[data-list]")].map(({ dataset: { list, address, sha256 } }) => {
      return { language: list ?? "", address: address ?? "", sha256: sha256 ?? "" };
    });
  }

  /** Return what is lacking, if something is. */
  lacking(): Lacking | undefined {
    const { text } = this.#sentence();
    if (!text) return "empty";
    return [...text].length > LONGEST_SENTENCE ? "long" : undefined;
  }

  /** Return the post, with its pictures if it has any. */
  post(made: Finished | undefined, shows: string): Post {
    const { text, language } = this.#sentence();
    const picture = made && { large: hashOf(made.large.jpeg), small: hashOf(made.small.jpeg), width: made.large.width, height: made.large.height };
    return {
      v: 1,
      campaign: this.terms.campaign,
      version: this.terms.version,
      kind: picture ? "photo" : "badge",
      language,
      sentence: text,
      rank: placeOf(this.field("rank")),
      badge: picture ? null : (Number(this.field("colour")) * SHAPES + Number(this.field("shape"))) % BADGES,
      picture: picture ?? null,
      shows: picture ? [...line(shows)].slice(0, LONGEST_SENTENCE).join("") : "",
    };
  }

  /** Return what stands in a field. */
  field(name: string): string {
    const value = new FormData(this.#form).get(name);
    return typeof value === "string" ? value : "";
  }

  #sentence(): { text: string; language: string } {
    const own = line(this.field("own"));
    const language = document.documentElement.lang;
    if (own || this.field("sentence") === "own") return { text: own, language };
    const offered = this.#form.querySelector<HTMLElement>("[name=sentence]:checked")?.closest("label");
    const said = offered && one(offered, "[lang]");
    return { text: line(said?.textContent ?? ""), language: said?.lang ?? language };
  }
}

/** Return words as one line, without what nobody sees. */
function line(text: string): string {
  return seen(text.replace(/\s+/gu, " ")).replace(UNSAID, "").trim();
}

function placeOf(value: string): number | null {
  return value ? Number(value) : null;
}
