// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * The keys of age files: recipients that files are sealed to, identities that open them, and how both are written.
 *
 * One type only, `mlkem768x25519`: ML-KEM-768 with X25519, so that what is stored today stays closed to a later quantum
 * computer (T01). It wraps and unwraps the key of a file; the file itself is age.ts. A key says nothing about whose it is:
 * the charter does. Sources: C2SP age.md, BIP-173 (bech32), RFC 9180 (HPKE, base mode). See spec/age.md.
 */

import { chacha20poly1305 } from "@noble/ciphers/chacha.js";
import { x25519 } from "@noble/curves/ed25519.js";
import { expand, extract } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { shake256 } from "@noble/hashes/sha3.js";
import { ml_kem768_x25519 as hybrid } from "@noble/post-quantum/hybrid.js";
import { base64nopad, bech32 } from "@scure/base";
import { Malformed, NotSealedForThis } from "./errors.ts";
import { type Bytes, type Hash, hashOf, joinedBytes, randomBytes, utf8 } from "./keys.ts";

export const STANZA = "mlkem768x25519";
export const ENCAPSULATED = 1120;
const LABEL = "age-encryption.org/mlkem768x25519";
const RECIPIENT_PREFIX = "age1pq";
const IDENTITY_PREFIX = "age-secret-key-pq-";
const RECIPIENT_SIZE = 1216;
const SEED = 32;
const LATTICE_SHARE = 1088;
/** HPKE's name of the suite: MLKEM768_X25519, HKDF-SHA256, ChaCha20Poly1305. */
const SUITE = Uint8Array.of(...utf8("HPKE"), 0x64, 0x7a, 0x00, 0x01, 0x00, 0x03);

/** A public key that files are sealed to; `raw` is 1216 bytes: ML-KEM-768, then X25519. */
export class Recipient {
  readonly raw: Bytes;

  constructor(raw: Bytes) {
    if (raw.length !== RECIPIENT_SIZE) throw new Malformed("a recipient has 1216 bytes");
    this.raw = raw;
  }

  /** Read a recipient from its `age1pq1` text. Raises Malformed. */
  static parse(text: string): Recipient {
    return new Recipient(readBech32(RECIPIENT_PREFIX, text, RECIPIENT_SIZE));
  }

  /** The recipient as an `age1pq1` text. */
  get text(): string {
    return writeBech32(RECIPIENT_PREFIX, this.raw);
  }

  /** The SHA-256 of the raw key, in hex. */
  get hash(): Hash {
    return hashOf(this.raw);
  }

  /** Return the header stanza that hands the file key to this recipient. Raises Malformed. */
  wrap(fileKey: Uint8Array): string {
    try {
      const { cipherText, sharedSecret } = hybrid.encapsulate(this.raw);
      return `-> ${STANZA} ${base64nopad.encode(cipherText)}\n${base64nopad.encode(cipherOf(sharedSecret).encrypt(fileKey))}\n`;
    } catch {
      throw new Malformed("not a usable recipient");
    }
  }
}

/** A private key that opens files; `seed` is 32 bytes and is never shown. */
export class Identity {
  readonly seed: Bytes;
  #recipient: Recipient | undefined;

  constructor(seed: Bytes) {
    if (seed.length !== SEED) throw new Malformed("an identity has 32 bytes");
    this.seed = seed;
  }

  /** Make a new identity. */
  static generate(): Identity {
    return new Identity(randomBytes(SEED));
  }

  /** Read an identity from its `AGE-SECRET-KEY-PQ-1` text. Raises Malformed. */
  static parse(text: string): Identity {
    if (text !== text.toUpperCase()) throw new Malformed("not a key in the age form");
    return new Identity(readBech32(IDENTITY_PREFIX, text.toLowerCase(), SEED));
  }

  /** The identity as an `AGE-SECRET-KEY-PQ-1` text: a secret. */
  get text(): string {
    return writeBech32(IDENTITY_PREFIX, this.seed).toUpperCase();
  }

  /** The public half. */
  get recipient(): Recipient {
    this.#recipient ??= new Recipient(new Uint8Array(hybrid.getPublicKey(this.seed)));
    return this.#recipient;
  }

  /** Return the file key from the first stanza that opens. Raises NotSealedForThis, Malformed. */
  unwrap(stanzas: readonly Bytes[]): Bytes {
    for (const stanza of stanzas) {
      try {
        const secret = hybrid.decapsulate(stanza.subarray(0, ENCAPSULATED), this.seed);
        return new Uint8Array(cipherOf(secret).decrypt(stanza.subarray(ENCAPSULATED)));
      } catch {
        continue;
      }
    }
    for (const stanza of stanzas) this.#refuseLowOrder(stanza);
    throw new NotSealedForThis();
  }

  #refuseLowOrder(stanza: Bytes): void {
    // The loop above knows one failure for everything; the format wants a point of low order told apart.
    try {
      x25519.getSharedSecret(shake256(this.seed, { dkLen: 96 }).subarray(64), stanza.subarray(LATTICE_SHARE, ENCAPSULATED));
    } catch {
      throw new Malformed("a stanza of the header is not well-formed");
    }
  }
}

/** Return the one cipher that HPKE makes of a shared secret; it seals one message only, so its nonce is used once. */
function cipherOf(sharedSecret: Uint8Array): { encrypt(plain: Uint8Array): Uint8Array; decrypt(sealed: Uint8Array): Uint8Array } {
  const context = joinedBytes(Uint8Array.of(0), labelledExtract(undefined, "psk_id_hash"), labelledExtract(undefined, "info_hash", utf8(LABEL)));
  const secret = labelledExtract(sharedSecret, "secret");
  return chacha20poly1305(labelledExpand(secret, "key", context, 32), labelledExpand(secret, "base_nonce", context, 12));
}

function labelledExtract(salt: Uint8Array | undefined, label: string, secret: Uint8Array = new Uint8Array(0)): Bytes {
  return extract(sha256, joinedBytes(utf8("HPKE-v1"), SUITE, utf8(label), secret), salt);
}

function labelledExpand(secret: Uint8Array, label: string, info: Uint8Array, length: number): Bytes {
  return expand(sha256, secret, joinedBytes(Uint8Array.of(length >> 8, length & 255), utf8("HPKE-v1"), SUITE, utf8(label), info), length);
}

function writeBech32(prefix: string, raw: Uint8Array): string {
  return bech32.encode(prefix, bech32.toWords(raw), false);
}

/** Read `length` bytes from a bech32 text in lower case. Raises Malformed. */
function readBech32(prefix: string, text: string, length: number): Bytes {
  try {
    if (text === text.toLowerCase()) {
      const read = bech32.decode(text as `${string}1${string}`, false);
      const raw = new Uint8Array(bech32.fromWords(read.words));
      if (read.prefix === prefix && raw.length === length) return raw;
    }
  } catch {
    throw new Malformed("the key is mistyped: its checksum does not fit");
  }
  throw new Malformed("not a key in the age form");
}
