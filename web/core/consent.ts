// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * What the source allowed: a question with the exact text, and the source's signed answer.
 *
 * Consent is for exact bytes, those of the pictures among them, which the text names by hash. A source may agree without some
 * items, one quotation or one picture for example; then what may be published is what was asked with those left out, and
 * nothing else. An answer counts only with the source's consent key, which the server never keeps (T19). Whether an answer
 * allows a text is checked by desks and mirrors, in Python. See spec/consent.md.
 */

import { CONTENT, type Content } from "./content.ts";
import { bytes, day, encode, list, type Of, oneOf, struct, text } from "./encoding.ts";
import { type Envelope, sign } from "./envelope.ts";
import { HASH, type Hash, hashOf, ID, randomBytes } from "./keys.ts";

const CONSENT_TYPE = "application/vnd.ombuds.consent+json";
/** A part that may be left out alone: a field, or one quotation, claim or picture, counted from 1. */
const ITEM = /^(region|rank|tags|(quote|claim|picture)-[1-9][0-9]?)$/;
export type Item = string;

/** The desk asks: may exactly this become public? `items` are the parts that may be left out one by one. */
export const QUESTION = struct({ v: oneOf(1), id: text(ID), instance_id: text(HASH), content: CONTENT, items: list(text(ITEM)) });
export type Question = Of<typeof QUESTION>;

/** The source's answer to one question, signed with the consent key. */
export const ANSWER = struct({
  v: oneOf(1),
  instance_id: text(HASH),
  mailbox: text(HASH),
  question: text(HASH),
  choice: oneOf("agree", "refuse", "revoke"),
  without: list(text(ITEM)),
  salt: bytes,
});
export type Choice = Of<typeof ANSWER>["choice"];

/** What the desk tells a source about one question: on a day it had this answer, or what was agreed to became public. */
export const HEARD = struct({ question: text(HASH), what: oneOf("agree", "refuse", "revoke", "published"), without: list(text(ITEM)), day });
export type Heard = Of<typeof HEARD>;

/** Return the SHA-256 of the question's bytes. */
export function hashOfQuestion(question: Question): Hash {
  return hashOf(encode(question, QUESTION));
}

/** Return the content with the refused items left out. */
export function allowed(content: Content, without: readonly Item[]): Content {
  const left = <T>(kind: string, parts: readonly T[]): readonly T[] => parts.filter((_, place) => !without.includes(`${kind}-${place + 1}`));
  return {
    ...content,
    region: without.includes("region") ? "" : content.region,
    rank: without.includes("rank") ? "" : content.rank,
    tags: without.includes("tags") ? [] : content.tags,
    quotes: left("quote", content.quotes),
    claims: left("claim", content.claims),
    pictures: left("picture", content.pictures),
  };
}

/** Sign the source's answer with the consent key of a seed; of the items only those that were asked can be left out. */
export function answer(question: Question, mailbox: Hash, choice: Choice, without: readonly Item[], seed: Uint8Array): Envelope {
  // In the question's order, so that there is one way to write an answer. A fresh salt keeps the public commitment from confirming guesses.
  const items = question.items.filter((item) => without.includes(item));
  const whose = { v: 1, instance_id: question.instance_id, mailbox, question: hashOfQuestion(question) } as const;
  return sign(CONSENT_TYPE, { ...whose, choice, without: items, salt: randomBytes(16) }, ANSWER, seed);
}
