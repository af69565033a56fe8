// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * The charter: who the members are and how many of them each act needs. And its upkeep: epoch keys and freshness.
 *
 * Every rule here is checked by every verifier, not only by the maker (T28): a charter that breaks one is refused wherever
 * it turns up. Sealers take keys only from `checkFreshness`. A member's silence removes nobody (T29); it only makes the
 * desk's own confirmation stale, and then the intake closes (T07, T09). It makes no charter and keeps no pin. See
 * spec/charter.md.
 */

import { Recipient } from "./age.ts";
import { type Action, ACTIONS } from "./custody.ts";
import { blank, day, decodeCanonical, flag, list, type Of, oneOf, struct, text, whole } from "./encoding.ts";
import { type Envelope, hashOfPayload, type Keys, signers } from "./envelope.ts";
import { CharterRefused, FreshnessStale, Malformed, NotAMember, NotEnough } from "./errors.ts";
import { type Day, daysFrom, epochOf, HASH, type Hash, MEMBER_NAME } from "./keys.ts";

const CHARTER_TYPE = "application/vnd.ombuds.charter+json";
const EPOCH_TYPE = "application/vnd.ombuds.epoch+json";
const FRESHNESS_TYPE = "application/vnd.ombuds.freshness+json";

const CHARTER_DAYS = 90;
const FRESHNESS_DAYS = 10;
const EPOCHS_AHEAD = 3;

/** A member: a pseudonym, an Ed25519 key, a long-term recipient, and what the member may do. */
const MEMBER = struct({ name: text(MEMBER_NAME), key: text(HASH), recipient: text(), roles: list(oneOf(...ACTIONS)) });
export type Member = Of<typeof MEMBER>;

/** How many members each act needs. */
const THRESHOLDS = struct({ open: whole(), publish: whole(), takedown: whole(), destroy: whole(), moderate: whole(), charter: whole() });

/** The signed list of members, their keys and the thresholds. */
const CHARTER = struct({
  v: oneOf(1),
  version: whole(),
  prev: text(),
  name: text(),
  languages: list(text()),
  addresses: list(text()),
  members: list(MEMBER),
  thresholds: THRESHOLDS,
  mirrors: list(text()),
  log_key: text(HASH),
  expires: day,
  demonstration: flag,
});
export type Charter = Of<typeof CHARTER>;

/** A member's sealing recipient for one week, signed by the member. */
const EPOCH_KEY = struct({ v: oneOf(1), instance_id: text(HASH), member: text(MEMBER_NAME), epoch: whole(), recipient: text() });
type EpochKey = Of<typeof EPOCH_KEY>;

/** The members' confirmation that these are their keys and this is the ledger's head on this day. */
const FRESHNESS = struct({ v: oneOf(1), instance_id: text(HASH), charter: text(HASH), epochs: list(text(HASH)), size: whole(), root: text(HASH), day });
type Freshness = Of<typeof FRESHNESS>;

declare const checked: unique symbol;

/** A charter whose signatures and rules were checked. Made by `checkFounding` and `checkSuccession` alone. */
export interface InForce {
  readonly [checked]: "InForce";
  readonly charter: Charter;
  readonly hash: Hash;
  readonly instanceId: Hash;
}

/** The recipients that a report may be sealed to on one day, by member in order. Made by `checkFreshness` alone. */
export interface Epochs {
  readonly [checked]: "Epochs";
  readonly instanceId: Hash;
  readonly charter: Hash;
  readonly epoch: number;
  readonly threshold: number;
  readonly minimum: number;
  readonly recipients: ReadonlyMap<string, Recipient>;
}

/** Return the members' keys by name, of everybody or of those with a role. */
export function keysOf(charter: Charter, role?: Action): Keys {
  return new Map(charter.members.filter((member) => !role || member.roles.includes(role)).map((member) => [member.name, member.key]));
}

/** Return how few members a report may be sealed to: more than can be withheld or excluded to bypass the rest (T29). */
export function sealingMinimum({ charter }: InForce): number {
  return Math.max(charter.thresholds.open + 1, Math.floor(keysOf(charter, "open").size / 2) + 1);
}

/** Return the founding charter's fingerprint: 30 digits (100 bits) in six groups of five, printable on paper. */
export function fingerprint(instanceId: Hash): string {
  const digits = String(BigInt(`0x${instanceId.slice(0, 25)}`) % 10n ** 30n).padStart(30, "0");
  return (digits.match(/.{5}/g) ?? []).join(" ");
}

/** Check a first charter: signed by every member. Raises CharterRefused, Malformed, BadSignature. */
export function checkFounding(envelope: Envelope): InForce {
  const charter = read(envelope);
  if (charter.version !== 1 || charter.prev) throw new CharterRefused("a first charter has version 1 and no predecessor");
  const signed = signers(envelope, CHARTER_TYPE, keysOf(charter));
  if (signed.length !== charter.members.length) throw new CharterRefused("a first charter is signed by every member");
  return inForce(charter, hashOfPayload(envelope), hashOfPayload(envelope));
}

/** Check a next charter: signed by the charter threshold of both. Raises CharterRefused, Malformed, BadSignature. */
export function checkSuccession(envelope: Envelope, before: InForce): InForce {
  const charter = read(envelope);
  if (charter.version !== before.charter.version + 1 || charter.prev !== before.hash) {
    throw new CharterRefused("it does not follow the charter in force");
  }
  for (const each of [before.charter, charter]) {
    const signed = signers(envelope, CHARTER_TYPE, keysOf(each, "charter"));
    if (signed.length < each.thresholds.charter) throw new CharterRefused("too few members signed it");
  }
  return inForce(charter, hashOfPayload(envelope), before.instanceId);
}

/** Check every charter from the founding one on and return the last, which is in force. Raises CharterRefused, BadSignature, Malformed. */
export function follow(charters: readonly Envelope[]): InForce {
  const [founding, ...later] = charters;
  if (!founding) throw new Malformed("the server shows no charter");
  return later.reduce((before, envelope) => checkSuccession(envelope, before), checkFounding(founding));
}

/**
 * Return the recipients to seal to today.
 *
 * Raises FreshnessStale (too old, from tomorrow, too few recipients for this week, or an expired charter), CharterRefused,
 * NotEnough, NotAMember, BadSignature, Malformed.
 */
export function checkFreshness(envelope: Envelope, statements: readonly Envelope[], charter: InForce, today: Day): Epochs {
  const freshness = readFreshness(envelope, charter);
  const age = daysFrom(freshness.day, today);
  // A day of tolerance ahead: members and sealers stand in different time zones.
  if (age > FRESHNESS_DAYS || age < -1) throw new FreshnessStale();
  if (charter.charter.expires < today) throw new FreshnessStale("the charter has expired");
  // One more day of tolerance: a charter that lasts longer could not be outlived by taking its members.
  if (daysFrom(today, charter.charter.expires) > CHARTER_DAYS + 1) throw new CharterRefused("it lasts longer than 90 days");
  // The members may stand a day ahead of the sealer, on the Monday of its next week.
  const latest = age < 0 ? freshness.day : today;
  const recipients = new Map<string, Recipient>();
  for (const statement of statements) {
    if (!freshness.epochs.includes(hashOfPayload(statement))) continue;
    const key = checkEpoch(statement, charter, latest);
    if (key.epoch === epochOf(today) && memberOf(charter, key.member).roles.includes("open")) {
      recipients.set(key.member, Recipient.parse(key.recipient));
    }
  }
  const minimum = sealingMinimum(charter);
  if (recipients.size < minimum) throw new FreshnessStale("too few members have keys for this week");
  return epochs(charter, epochOf(today), minimum, recipients);
}

function readFreshness(envelope: Envelope, { charter, hash, instanceId }: InForce): Freshness {
  const freshness = decodeCanonical(envelope.payload, FRESHNESS);
  if (freshness.instance_id !== instanceId || freshness.charter !== hash) throw new CharterRefused("a confirmation of another charter");
  const agreed = signers(envelope, FRESHNESS_TYPE, keysOf(charter, "charter"));
  if (agreed.length < charter.thresholds.charter) throw new NotEnough(`${agreed.length} of ${charter.thresholds.charter}`);
  return freshness;
}

function checkEpoch(envelope: Envelope, charter: InForce, today: Day): EpochKey {
  const statement = decodeCanonical(envelope.payload, EPOCH_KEY);
  const { key } = memberOf(charter, statement.member);
  if (!signers(envelope, EPOCH_TYPE, new Map([[statement.member, key]])).length) throw new NotAMember();
  if (statement.instance_id !== charter.instanceId) throw new CharterRefused("an epoch key of another desk");
  if (statement.epoch > epochOf(today) + EPOCHS_AHEAD) throw new CharterRefused("an epoch key too far ahead");
  if (!usable(statement.recipient)) throw new CharterRefused("an epoch key that nothing can be sealed to");
  return statement;
}

function memberOf({ charter }: InForce, name: string): Member {
  const member = charter.members.find((each) => each.name === name);
  if (!member) throw new NotAMember();
  return member;
}

function read(envelope: Envelope): Charter {
  const charter = decodeCanonical(envelope.payload, CHARTER);
  checkRules(charter);
  return charter;
}

/** Check what a charter may say. Raises CharterRefused with the broken rule. */
function checkRules(charter: Charter): void {
  const needed = charter.thresholds;
  const names = charter.members.map((member) => member.name);
  const distinct = (each: (member: Member) => string): boolean => new Set(charter.members.map(each)).size === names.length;
  const able = (action: Action): number => keysOf(charter, action).size;
  const rules: readonly (readonly [boolean, string])[] = [
    [names.length >= 3, "a desk has three members or more"],
    [distinct((member) => member.name), "two members have one name"],
    [distinct((member) => member.key), "two members have one key"],
    [distinct((member) => member.recipient), "two members have one recipient"],
    [charter.members.every((member) => usable(member.recipient)), "a member has no recipient"],
    [ACTIONS.every((action) => action === "moderate" || needed[action] >= 2), "no act is left to one member: every threshold is two or more"],
    [needed.moderate >= 1, "moderation needs a member"],
    [needed.charter * 2 > names.length, "changing the charter needs more than half of the members"],
    [ACTIONS.every((action) => needed.charter >= needed[action]), "changing the charter needs as many members as any other act"],
    [ACTIONS.every((action) => needed[action] <= able(action)), "a threshold is higher than the members who may act"],
    [able("open") > needed.open, "opening needs a member more than its threshold, for the day one is away"],
    [charter.languages.length > 0 && !blank(charter.name), "a desk has a name and a language"],
    [charter.members.every((member) => member.key !== charter.log_key), "the log key is a member's key"],
  ];
  for (const [kept, sentence] of rules) if (!kept) throw new CharterRefused(sentence);
}

function usable(recipient: string): boolean {
  // One member's key that parses but takes nothing would stop everybody's sealing: try it where it comes in.
  try {
    Recipient.parse(recipient).wrap(new Uint8Array(16));
  } catch {
    return false;
  }
  return true;
}

function inForce(charter: Charter, hash: Hash, instanceId: Hash): InForce {
  return Object.freeze({ charter, hash, instanceId }) as InForce;
}

function epochs(charter: InForce, epoch: number, minimum: number, recipients: ReadonlyMap<string, Recipient>): Epochs {
  const ordered: ReadonlyMap<string, Recipient> = new Map([...recipients].sort(([one], [other]) => (one < other ? -1 : 1)));
  return Object.freeze({
    instanceId: charter.instanceId,
    charter: charter.hash,
    epoch,
    threshold: charter.charter.thresholds.open,
    minimum,
    recipients: ordered,
  }) as Epochs;
}
