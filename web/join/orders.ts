// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * What a page says to the worker that handles a photograph, and what it hears: plain values, copied from one to the other.
 *
 * A page that gives up ends the worker, and with it every point of the picture. See spec/browser.md.
 */

import type { Box } from "../picture/boxes.ts";
import type { Finished, Picture } from "../picture/finish.ts";
import type { Reason } from "../picture/kind.ts";
import type { Finding } from "../picture/told.ts";

export type Order =
  /** Look at a file: what it tells, and a picture of it on which boxes can be drawn. */
  | { readonly order: "open"; readonly file: Uint8Array }
  /** Make the two pictures that are sent; 32 random bytes, fresh for each. */
  | { readonly order: "finish"; readonly boxes: readonly Box[]; readonly seed: Uint8Array };

/** What the worker is about to do; the first step is by far the longest. */
export type Step = "decoding" | "preview" | "finishing";

export type Told =
  | { readonly told: "begun" }
  | { readonly told: "findings"; readonly findings: readonly Finding[] }
  | { readonly told: "going"; readonly step: Step }
  | { readonly told: "preview"; readonly picture: Picture; readonly full: { readonly width: number; readonly height: number } }
  | { readonly told: "finished"; readonly made: Finished }
  /** `plain`: this browser lacks something or failed in a way that has no name; like every other reason it leads to the server's way. */
  | { readonly told: "failed"; readonly why: Reason | "plain" };
