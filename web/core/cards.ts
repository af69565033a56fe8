// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * The card of an open case: which recipient a source's follow-ups are sealed to, signed by enough members.
 *
 * Without a valid card a follow-up becomes a new report on the same mailbox. A card lives 21 days at most, so a server that
 * is seized cannot keep old recipients in use for long. It makes no card. See spec/opening.md.
 */

import { Recipient } from "./age.ts";
import { type InForce, keysOf } from "./charter.ts";
import { day, decodeCanonical, type Of, oneOf, struct, text, whole } from "./encoding.ts";
import { type Envelope, signers } from "./envelope.ts";
import { Expired, NotEnough, NotThisApproval } from "./errors.ts";
import { type Day, daysFrom, HASH, type Hash, ID } from "./keys.ts";

const CARD_TYPE = "application/vnd.ombuds.card+json";
const CARD_DAYS = 21;

/** Where a source's next messages go: the case's recipient of one generation. */
const CARD = struct({
  v: oneOf(1),
  instance_id: text(HASH),
  case: text(ID),
  submission: text(HASH),
  mailbox: text(HASH),
  generation: whole(),
  recipient: text(),
  expires: day,
});
export type Card = Of<typeof CARD>;

/** Return the card and its recipient. Raises NotThisApproval, Expired, NotEnough, BadSignature, Malformed. */
export function checkCard(envelope: Envelope, { charter, instanceId }: InForce, mailbox: Hash, today: Day): readonly [Card, Recipient] {
  const card = decodeCanonical(envelope.payload, CARD);
  if (card.instance_id !== instanceId || card.mailbox !== mailbox) throw new NotThisApproval("a card of another inbox");
  if (card.expires < today || daysFrom(today, card.expires) > CARD_DAYS) throw new Expired();
  const agreed = signers(envelope, CARD_TYPE, keysOf(charter, "open"));
  if (agreed.length < charter.thresholds.open) throw new NotEnough(`${agreed.length} of ${charter.thresholds.open}`);
  return [card, Recipient.parse(card.recipient)];
}
