// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * What a source's browser says to the server, and what it hears: one struct a message.
 *
 * An inbox's bearer secret stands in a body and never in an address. Members' requests are for desks, in Python. This file
 * does not speak HTTP. See spec/wire.md, spec/api.md.
 */

import { LARGEST } from "./effort.ts";
import { bytes, list, maybe, missing, type Of, oneOf, struct, text, whole } from "./encoding.ts";
import { ENVELOPE } from "./envelope.ts";
import { ID } from "./keys.ts";
import { SEALED } from "./sealing.ts";
import { REPLY, SEALED_MESSAGE } from "./source.ts";

/** GET /api/sealing: all that a sealer checks before it seals. */
export const SEALING_NOW = struct({ charters: list(ENVELOPE), freshness: maybe(ENVELOPE), epochs: list(ENVELOPE) });
export type SealingNow = Of<typeof SEALING_NOW>;

/** POST /api/reports: a report that was sealed on the source's machine; its parts were uploaded before. `effort` took work to find (effort.ts), or is 0. */
export const NEW_REPORT = struct({ v: oneOf(1), nonce: text(ID), sealed: SEALED, effort: missing(whole(0, LARGEST), 0) });

/** The server's word that a report or message is on its disk. */
export const KEPT = struct({ v: oneOf(1), id: text(ID) });

/** POST /api/inbox: the bearer secret of an inbox, in the body and never in an address. */
export const INBOX_ASKED = struct({ v: oneOf(1), mailbox: bytes });

/** What an inbox holds; known or not, as many slots and as many bytes. */
export const INBOX_SEEN = struct({ v: oneOf(1), cards: list(ENVELOPE), replies: list(REPLY) });
export type InboxSeen = Of<typeof INBOX_SEEN>;

/** POST /api/inbox/messages: a message sealed to the case of the inbox's card. */
export const NEW_MESSAGE = struct({ v: oneOf(1), mailbox: bytes, case: text(ID), message: SEALED_MESSAGE });

/** POST /api/inbox/parts: one part of a file in a released reply. */
export const PART_ASKED = struct({ v: oneOf(1), mailbox: bytes, reply: text(ID), part: text(ID) });

/** POST /api/inbox/delete: the source wants these replies gone. */
export const REPLIES_DELETED = struct({ v: oneOf(1), mailbox: bytes, ids: list(text(ID)) });

/** Every refusal of the API: the error's class, its sentence and what to do. */
export const REFUSAL = struct({ error: text(), sentence: text(), help: text() });
