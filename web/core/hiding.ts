// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * What in a published text would be signed and be seen by nobody: characters without width, and those that turn a line.
 *
 * A browser writes one line of a post and checks that alone; what may stand in Markdown is checked by desks and mirrors, in
 * Python. See spec/publication.md; T05, T24.
 */

import { Malformed } from "./errors.ts";

/** Those that pages take out before they show a text. */
const UNSEEN =
  /[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{1bca0}-\u{1bca3}\u{1d173}-\u{1d17a}\u{e0000}-\u{e0fff}]/gu;

/** Check that no text has a character that nobody sees. Raises Malformed. */
export function checkSeen(...texts: readonly string[]): void {
  if (texts.some((text) => seen(text) !== text)) throw new Malformed("a character without width, or one that turns the direction of a line");
}

/** Return a text without them: keyboards and copying bring them along. */
export function seen(text: string): string {
  return text.replace(UNSEEN, "");
}
