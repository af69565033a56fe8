// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * Signed statements: a payload of exact bytes, its type, and the signatures that people made over both.
 *
 * It counts raw keys, never key ids: one key under two names or two ids is one signature (T23), and a signature made for one
 * type says nothing under another. It does not say how many signatures are enough or what a payload means; charter.ts and
 * the files after it do. The payload is never re-encoded. Format: DSSE v1.0. See spec/envelope.md.
 */

import { bytes, decode, encode, type Kind, list, type Of, struct, text } from "./encoding.ts";
import { Malformed } from "./errors.ts";
import { type Bytes, checkSignature, HASH, type Hash, hashOf, hex, joinedBytes, keyIdOf, publicKeyOf, signature, utf8 } from "./keys.ts";

/** One signature; `keyid` is a hint for finding the key. */
const SIGNATURE = struct({ keyid: text(HASH), sig: bytes });
type Signature = Of<typeof SIGNATURE>;

/** A payload of a named type with the signatures over both. */
export const ENVELOPE = struct({ payloadType: text(), payload: bytes, signatures: list(SIGNATURE) });
export type Envelope = Of<typeof ENVELOPE>;

/** Names and the keys that they sign with. */
export type Keys = ReadonlyMap<string, Hash>;

/** Return the SHA-256 of the payload: signatures may be added later without changing it. */
export function hashOfPayload(envelope: Envelope): Hash {
  return hashOf(envelope.payload);
}

/** Return the bytes that are signed: type and payload, each with its length, so that neither can pose as the other. */
export function pae(payloadType: string, payload: Uint8Array): Bytes {
  const kind = utf8(payloadType);
  return joinedBytes(utf8(`DSSEv1 ${kind.length} `), kind, utf8(` ${payload.length} `), payload);
}

/** Write a statement and sign it with the key of a seed. */
export function sign<T>(payloadType: string, value: T, kind: Kind<T>, seed: Uint8Array): Envelope {
  const payload = encode(value, kind);
  return { payloadType, payload, signatures: [{ keyid: keyIdOf(publicKeyOf(seed)), sig: signature(seed, pae(payloadType, payload)) }] };
}

/**
 * Return the names, in order, whose keys signed; a key that stands under two names counts for the first.
 *
 * Raises Malformed for another type, BadSignature if a signature that points to one of the keys does not fit. Signatures of
 * other keys are passed over.
 */
export function signers(envelope: Envelope, payloadType: string, keys: Keys): readonly string[] {
  if (envelope.payloadType !== payloadType) throw new Malformed("a statement of another kind");
  const message = pae(payloadType, envelope.payload);
  const named = new Map([...keys].sort(([one], [other]) => (one < other ? 1 : -1)).map(([name, key]) => [keyIdOf(key), { name, key }]));
  const found = new Map<Hash, string>();
  for (const signed of distinct(envelope.signatures)) {
    const whose = named.get(signed.keyid);
    if (!whose) continue;
    checkSignature(whose.key, signed.sig, message);
    found.set(signed.keyid, whose.name);
  }
  return [...found.values()].sort();
}

/** Read an envelope from JSON. Raises Malformed. */
export function read(content: Uint8Array): Envelope {
  return decode(content, ENVELOPE);
}

function distinct(signatures: readonly Signature[]): Iterable<Signature> {
  return new Map(signatures.map((signed) => [`${signed.keyid} ${hex(signed.sig)}`, signed])).values();
}
