// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * Of the terms of a campaign what a supporter's page needs: whom posts are sealed to, and what may be posted.
 *
 * They come with the page, as the server read them from the signed text. A browser does not check that text: a server that
 * names another recipient could serve another script as well. Desks and mirrors check it, in Python. See spec/campaign.md,
 * spec/browser.md; T02.
 */

import { ID } from "./keys.ts";
import { type Of, oneOf, struct, text, whole } from "./encoding.ts";

export const LONGEST_SENTENCE = 280;
export const POST_KIND = oneOf("badge", "photo");
export const NUMBER = whole(0, 10_000_000);

/** The campaign that a page joins: its name, the version that was read, and the recipient of its moderation. */
export const TERMS = struct({ campaign: text(ID), version: NUMBER, recipient: text() });
export type Terms = Of<typeof TERMS>;
