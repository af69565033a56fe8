// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * A proof that somebody's machine worked a moment for exactly these bytes: it costs one sender nothing, and a flood its time.
 *
 * It proves no person and shuts nobody out (T20). The number belongs to one name and one content, so that it can be neither
 * shared nor spent twice. See spec/effort.md.
 */

import { type Bytes, type Hash, type Id, joinedBytes, sha256, unhex, utf8 } from "./keys.ts";

const LABEL = "ombuds/1 effort";
const BITS = 16;
/** From this size on each doubling asks for one bit more. */
const STEP = 256 * 1024;
const HALF = 2 ** 32;
/** After so many tries, some milliseconds, others have their turn. */
const SLICE = 2048;
export const LARGEST = 2 ** 53 - 1;
/** Every number that is found has as many digits, so that what is sent is as long for everybody (T10). */
const FIRST = 10 ** 9;

/** Return how many bits are asked for sealed bytes of this size: what has fewer is kept too, and goes earlier. */
export function asked(size: number): number {
  return BITS + Math.max(0, 31 - Math.clz32(Math.floor(size / STEP)));
}

/** Return how many zero bits the hash of a name, a content's hash and a number begins with: how much work it stands for. */
export function bitsOf(name: Id, content: Hash, number: number): number {
  return zeros(sha256(tried(before(name, content), number)));
}

/** Work until a number of that many zero bits is found, and return it. */
export function spend(name: Id, content: Hash, bits = BITS): number {
  const start = before(name, content);
  for (let number = FIRST; ; number += 1) if (zeros(sha256(tried(start, number))) >= bits) return number;
}

/** Work like `spend`, and let others have their turn in between: a worker goes on hearing that it is to pause. */
export async function spendInTurns(name: Id, content: Hash, turn: () => Promise<void>, bits = BITS): Promise<number> {
  const start = before(name, content);
  for (let number = FIRST; ; number += 1) {
    if (zeros(sha256(tried(start, number))) >= bits) return number;
    if (number % SLICE === SLICE - 1) await turn();
  }
}

/** Name and content, with room for a number behind them. */
function before(name: Id, content: Hash): Bytes {
  return joinedBytes(utf8(LABEL), unhex(name, 16), unhex(content, 32), new Uint8Array(8));
}

function tried(start: Bytes, number: number): Bytes {
  const place = new DataView(start.buffer, start.length - 8);
  place.setUint32(0, Math.floor(number / HALF));
  place.setUint32(4, number % HALF);
  return start;
}

function zeros(hash: Uint8Array): number {
  const first = hash.findIndex((byte) => byte > 0);
  return first < 0 ? 8 * hash.length : 8 * first + Math.clz32(hash[first] ?? 0) - 24;
}
