// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * Shamir's sharing of a 32-byte seed over GF(2^8) with the polynomial 0x11b.
 *
 * A browser only shares; members put together. A share is the 32 values followed by its x, 33 bytes, and the points are
 * 1, 2, 3 and so on, because a share names its place among the others: the npm package shamir-secret-sharing, which the
 * tests compare with, draws them at random. Source: A. Shamir, "How to share a secret", 1979. See spec/custody.md.
 */

import { CharterRefused, ShareWrong } from "./errors.ts";
import { type Bytes, randomBytes } from "./keys.ts";

const SECRET_LENGTH = 32;
const FIELD = 0x1b;

/** Split 32 bytes into n shares of 33 bytes, any k of which rebuild it. Raises CharterRefused unless 2 <= k <= n <= 255. */
export function split(secret: Uint8Array, k: number, n: number): readonly Bytes[] {
  if (!(2 <= k && k <= n && n <= 255)) throw new CharterRefused("a secret is shared between two or more members");
  if (secret.length !== SECRET_LENGTH) throw new ShareWrong("a secret has 32 bytes");
  const rows = [secret, ...Array.from({ length: k - 1 }, () => randomBytes(SECRET_LENGTH))];
  return Array.from({ length: n }, (_, place) => evaluate(rows, place + 1));
}

function evaluate(rows: readonly Uint8Array[], x: number): Bytes {
  const share = new Uint8Array(SECRET_LENGTH + 1);
  // Horner's rule over whole rows: highest coefficient first.
  for (const row of [...rows].reverse()) {
    for (const [place, byte] of row.entries()) share[place] = times(share[place] ?? 0, x) ^ byte;
  }
  share[SECRET_LENGTH] = x;
  return share;
}

function times(value: number, factor: number): number {
  let [power, total] = [value, 0];
  for (let bit = 0; bit < 8; bit += 1) {
    // No branch and no table on secret bytes: the factor is a public point, the value is the secret.
    total ^= power & -((factor >> bit) & 1);
    power = ((power << 1) & 255) ^ (FIELD & -(power >> 7));
  }
  return total;
}
