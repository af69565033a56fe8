// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * What the page says to the worker that seals a post, and what it hears: plain values, copied from one to the other.
 *
 * Words cross once, after the server has acknowledged. See spec/browser.md.
 */

import type { Bytes, Hash, Id } from "../core/keys.ts";
import type { Post } from "../core/posts.ts";
import type { Terms } from "../core/terms.ts";

/** A post as its supporter confirmed it. `id` belongs to the form: sent again, it is the same post. */
export interface Confirmed {
  readonly id: Id;
  readonly instance: Hash;
  readonly terms: Terms;
  readonly post: Post;
  readonly region: number | null;
  /** What copies of its photograph have nearly in common; empty without one. */
  readonly near: string;
  readonly files: readonly Bytes[];
  /** The lists of words that the page names, all of which are fetched, and the language of the one that a receipt is wanted in. */
  readonly lists: readonly List[];
  readonly receipt: string;
}

/** The list of words that a receipt is written in: where it lies, and the hash that it must have. */
export interface List {
  readonly language: string;
  readonly address: string;
  readonly sha256: Hash;
}

export type Order = { readonly order: "send"; readonly confirmed: Confirmed };

/** Why nothing was sent: `over` when the campaign takes none, `received` when another one came from this form, `full`, or `plain` for all else. */
export type Why = "over" | "received" | "full" | "plain";

export type Told =
  | { readonly told: "begun" }
  | { readonly told: "waiting" }
  | { readonly told: "going" }
  | { readonly told: "kept"; readonly words: readonly string[] }
  | { readonly told: "failed"; readonly why: Why };
