// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * What a supporter's browser says to the server: one sealed post, taken at the address of reports and answered like one (T10).
 *
 * What desks and mirrors say is in Python alone. See spec/wire.md and spec/campaign.md.
 */

import { LARGEST } from "./effort.ts";
import { bytes, missing, oneOf, struct, text, whole } from "./encoding.ts";
import { HASH, ID } from "./keys.ts";

/** POST /api/reports: a post that is sealed to a campaign's moderation identity; `withdraw` is `waitsOf` a token. */
export const NEW_POST = struct({ v: oneOf(1), id: text(ID), campaign: text(ID), withdraw: text(HASH), content: bytes, effort: missing(whole(0, LARGEST), 0) });

/** The server's word that a post is on its disk: the same as for a report (wire.ts, which would bring every other message along). */
export const KEPT = struct({ v: oneOf(1), id: text(ID) });
