// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * Hashes, key derivation, Ed25519 keys, and the one place where random bytes come from.
 *
 * It does not encrypt (age.ts does) and it does not say who may sign what (charter.ts does). Randomness is never handed in:
 * an argument would be one more way to be wrong. Days are texts such as 2026-11-25, as they stand in messages, and the day
 * of today is handed in. Sources: RFC 5869 (HKDF), RFC 8032 (Ed25519), FIPS 180-4 (SHA-256). See spec/keys.md.
 */

import { ed25519 } from "@noble/curves/ed25519.js";
import { hkdf as extractAndExpand } from "@noble/hashes/hkdf.js";
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 as digest } from "@noble/hashes/sha2.js";
import { BadSignature, Malformed } from "./errors.ts";

/** The system's randomness: browsers, their workers and node all have it under this name. */
declare const crypto: { getRandomValues(bytes: Uint8Array): unknown };
declare class TextEncoder {
  encode(text: string): Bytes;
}

export type Bytes = Uint8Array<ArrayBuffer>;
/** A SHA-256 in lower-case hex, 64 characters. */
export type Hash = string;
/** A random name of 128 bits in lower-case hex, 32 characters. */
export type Id = string;
/** A day in UTC: four digits of the year, two of the month, two of the day. */
export type Day = string;

export const HASH = /^[0-9a-f]{64}$/;
export const ID = /^[0-9a-f]{32}$/;
export const MEMBER_NAME = /^[a-z][a-z0-9-]{0,31}$/;
const DAY = /^(\d{4})-(\d{2})-(\d{2})$/;
const DAYS_OF_AN_EPOCH = 7;

/** Return `length` bytes from the system. */
export function randomBytes(length: number): Bytes {
  const bytes = new Uint8Array(length);
  crypto.getRandomValues(bytes);
  return bytes;
}

/** Return a fresh random name of 128 bits. */
export function randomId(): Id {
  return hex(randomBytes(16));
}

/** Return a fresh uniform integer in [0, limit); the limit is 2^16 at most. */
export function randomBelow(limit: number): number {
  // Numbers in the last, broken round of the limit are drawn again, so that none is likelier than another.
  const whole = 2 ** 32 - (2 ** 32 % limit);
  for (;;) {
    const drawn = numberOf(randomBytes(4));
    if (drawn < whole) return drawn % limit;
  }
}

/** Return the SHA-256 of the bytes, 32 bytes. */
export function sha256(content: Uint8Array): Bytes {
  return digest(content);
}

/** Return the SHA-256 of the bytes in hex. */
export function hashOf(content: Uint8Array): Hash {
  return hex(digest(content));
}

/** A SHA-256 over bytes that come in pieces. */
export class RunningHash {
  #state = digest.create();

  /** Take the next piece. */
  update(piece: Uint8Array): void {
    this.#state.update(piece);
  }

  /** Return the SHA-256 of everything taken so far, in hex. */
  hash(): Hash {
    return hex(this.#state.clone().digest());
  }
}

/** Return HKDF-SHA256 of the secret (RFC 5869), `length` bytes. */
export function hkdf(secret: Uint8Array, salt: Uint8Array, label: Uint8Array, length = 32): Bytes {
  return extractAndExpand(digest, secret, salt, label, length);
}

/** Return HMAC-SHA256 of the bytes, 32 bytes. */
export function macOf(key: Uint8Array, content: Uint8Array): Bytes {
  return hmac(digest, key, content);
}

/** Compare two secrets without telling by time where they differ. */
export function same(left: Uint8Array, right: Uint8Array): boolean {
  let differing = left.length ^ right.length;
  for (const [place, byte] of left.entries()) differing |= byte ^ (right[place] ?? 0);
  return differing === 0;
}

/** Return the public half of an Ed25519 key of 32 bytes, in hex. */
export function publicKeyOf(seed: Uint8Array): Hash {
  return hex(ed25519.getPublicKey(seed));
}

/** Sign the bytes, 64 bytes (RFC 8032). */
export function signature(seed: Uint8Array, content: Uint8Array): Bytes {
  return ed25519.sign(content, seed);
}

/** Check a signature over the bytes by a key in hex. Raises BadSignature, Malformed. */
export function checkSignature(key: Hash, signed: Uint8Array, content: Uint8Array): void {
  let fits = false;
  const raw = unhex(key, 32);
  try {
    // The strict reading of RFC 8032: the looser one takes several spellings of one signature.
    fits = ed25519.verify(signed, content, raw, { zip215: false });
  } catch {
    throw new BadSignature();
  }
  if (!fits) throw new BadSignature();
}

/** Return the SHA-256 of a raw public key: a hint for finding it, never a proof of who it is. */
export function keyIdOf(key: Hash): Hash {
  return hashOf(unhex(key, 32));
}

/** Return the number of a day, counted from the first of January of the year 1, which is 1. Raises Malformed. */
export function ordinalOf(day: Day): number {
  const [, year, month, date] = (DAY.exec(day) ?? []).map(Number);
  if (!year || !month || !date || month > 12 || date > lengthOf(year, month)) throw new Malformed("not a day");
  let before = 0;
  for (let each = 1; each < month; each += 1) before += lengthOf(year, each);
  const past = year - 1;
  return past * 365 + Math.floor(past / 4) - Math.floor(past / 100) + Math.floor(past / 400) + before + date;
}

/** Return the number of the week that the day is in; weeks start on Monday. Raises Malformed. */
export function epochOf(day: Day): number {
  return Math.floor((ordinalOf(day) - 1) / DAYS_OF_AN_EPOCH);
}

/** Return how many days lie from one day to another; negative when it is earlier. Raises Malformed. */
export function daysFrom(day: Day, other: Day): number {
  return ordinalOf(other) - ordinalOf(day);
}

/** Write bytes in hex. */
export function hex(content: Uint8Array): string {
  let text = "";
  for (const byte of content) text += byte.toString(16).padStart(2, "0");
  return text;
}

/** Read exactly `length` bytes from lower-case hex. Raises Malformed. */
export function unhex(text: string, length: number): Bytes {
  if (text.length !== 2 * length || !/^[0-9a-f]*$/.test(text)) throw new Malformed(`${length} bytes are ${2 * length} hex characters`);
  return Uint8Array.from({ length }, (_, place) => parseInt(text.slice(2 * place, 2 * place + 2), 16));
}

/** Return the text in UTF-8. */
export function utf8(text: string): Bytes {
  return new TextEncoder().encode(text);
}

/** Return the pieces in one. */
export function joinedBytes(...pieces: readonly Uint8Array[]): Bytes {
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

/** Return the number that bytes stand for, the highest first; six bytes at most. */
export function numberOf(bytes: Uint8Array): number {
  return bytes.reduce((number, byte) => number * 256 + byte, 0);
}

function lengthOf(year: number, month: number): number {
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  return [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
}
