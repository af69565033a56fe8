// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * What a page says to its worker, and what the worker says back: plain values, copied from one to the other.
 *
 * The worker seals and sends; the page shows. Words cross once, after the server has acknowledged. See spec/browser.md.
 */

import type { Choice, Heard } from "../core/consent.ts";
import type { Content } from "../core/content.ts";
import type { Wishes } from "../core/sealing.ts";
import type { Standing } from "../core/source.ts";

/** A report as its form holds it. The nonce is the form's: sent again, it takes the place of what was sent before. */
export interface Report {
  readonly text: string;
  readonly language: string;
  readonly wordsLanguage: string;
  readonly wishes: Wishes;
  readonly files: readonly File[];
  readonly nonce: string;
}

/** How much the desk accepts: bytes of all files as they are sealed, and how many files. */
export interface Limits {
  readonly largest: number;
  readonly most: number;
}

/** A message to the desk, as its form holds it. */
export interface Written {
  readonly text: string;
  readonly language: string;
  readonly files: readonly File[];
}

/** A reply as the page shows it; what the desk did not write has no text. */
export interface ShownMessage {
  readonly id: string;
  readonly number: number;
  readonly kind: "message" | "expired" | "forged";
  /** The desk sent another message under the same number. */
  readonly twice: boolean;
  readonly text: string;
  readonly files: readonly { readonly id: string; readonly name: string; readonly size: number }[];
  readonly asked: Asked | null;
  /** What the desk tells of a question, and what was asked, if it still lies here. */
  readonly heard: Heard | null;
  readonly about: Content | null;
}

/** What the desk asks: may exactly this become public? `items` can be left out one by one. */
export interface Asked {
  readonly id: string;
  readonly content: Content;
  readonly items: readonly string[];
  readonly standing: Standing;
}

export type Order =
  | { readonly order: "check" }
  | { readonly order: "send"; readonly report: Report; readonly limits: Limits }
  | { readonly order: "open"; readonly words: string }
  | { readonly order: "write"; readonly written: Written; readonly limits: Limits }
  | { readonly order: "save"; readonly reply: string; readonly file: string }
  | { readonly order: "delete"; readonly ids: readonly string[] }
  | { readonly order: "pictures"; readonly reply: string }
  | { readonly order: "answer"; readonly question: string; readonly choice: Choice; readonly without: readonly string[] }
  | { readonly order: "close"; readonly inWords: string }
  | { readonly order: "pause" }
  | { readonly order: "resume" };

/**
 * Why nothing was sent: `unsafe` when the desk could not be verified, `plain` when this browser or server cannot do it, else
 * the name of the refusal that the page has a sentence for.
 */
export type Why = "unsafe" | "plain" | "ReportEmpty" | "TooLarge" | "TooManyExcluded" | "StoreFull" | "IntakeClosed" | "FileGone" | "NoCard" | WordsWrong;
export type WordsWrong = "WordsCount" | "WordUnknown" | "WordsMixed" | "WordsChecksum";

/** What was done in an inbox. */
export type Done = "sent" | "deleted" | "closed" | "answered";

export type Told =
  | { readonly told: "begun" }
  | { readonly told: "checked" }
  | { readonly told: "going"; readonly done: number; readonly total: number }
  | { readonly told: "waiting" }
  | { readonly told: "kept"; readonly words: readonly string[] }
  | { readonly told: "opened"; readonly messages: readonly ShownMessage[] }
  | { readonly told: "saved"; readonly name: string; readonly content: Blob }
  | { readonly told: "pictures"; readonly reply: string; readonly came: ReadonlyMap<string, string> }
  | { readonly told: "done"; readonly done: Done }
  | { readonly told: "failed"; readonly why: Why; readonly detail: string };
