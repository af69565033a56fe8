// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * The keys of a source, all derived from the bytes that the twelve words stand for.
 *
 * Every key hangs on the instance as well, so the same words on two desks have nothing in common. No password hash: 128 bits
 * need none. Nothing is computed before it is asked for, and nothing is kept anywhere (T01, T08). See spec/source_keys.md
 * and RFC 5869.
 */

import { Identity } from "./age.ts";
import { Malformed } from "./errors.ts";
import { type Bytes, type Hash, hashOf, hkdf, joinedBytes, publicKeyOf, unhex, utf8 } from "./keys.ts";
import type { Thread } from "./messages.ts";
import type { Contact } from "./sealing.ts";

const SALT = "ombuds/1 source";
const ENTROPY = 16;
const LAST_GENERATION = 2 ** 32 - 1;

/** A source's keys at one instance; the entropy is what the words say, and is never shown. */
export class SourceKeys {
  readonly entropy: Bytes;
  readonly #instance: Hash;
  #identity: Identity | undefined;

  constructor(entropy: Bytes, instance: Hash) {
    this.entropy = entropy;
    this.#instance = instance;
  }

  /** The bearer secret of the inbox, 32 bytes; a server keeps only its hash. */
  get mailbox(): Bytes {
    return this.#root(utf8("mailbox"));
  }

  /** The name under which a server keeps the inbox. */
  get mailboxHash(): Hash {
    return hashOf(this.mailbox);
  }

  /** The key that opens what the desk sends to the source. */
  get identity(): Identity {
    this.#identity ??= new Identity(this.#root(utf8("age")));
    return this.#identity;
  }

  /** The seed of the key that signs consent and its revocation. */
  get consent(): Bytes {
    return this.#root(utf8("consent"));
  }

  /** Return the secret, 32 bytes, that messages of one generation are authenticated with. Raises Malformed. */
  mac(generation: number): Bytes {
    if (!(generation >= 0 && generation <= LAST_GENERATION)) throw new Malformed("a generation is a whole number below 2^32");
    const number = new Uint8Array(4);
    new DataView(number.buffer).setUint32(0, generation);
    return this.#root(joinedBytes(utf8("mac"), number));
  }

  /** What the desk needs in order to answer these words. */
  get contact(): Contact {
    return { mailbox: this.mailboxHash, recipient: this.identity.recipient.text, consent_key: publicKeyOf(this.consent), mac: this.mac(0) };
  }

  /** Return what the source shares with the desk in one generation. Raises Malformed. */
  thread(generation: number): Thread {
    return { instanceId: this.#instance, mailbox: this.mailboxHash, generation, secret: this.mac(generation) };
  }

  /** The token that takes a campaign's post back, 32 bytes; the ledger holds only its hash until it is revealed. */
  get withdrawal(): Bytes {
    return withdrawalOf(this.entropy, this.#instance);
  }

  #root(label: Uint8Array): Bytes {
    return rootOf(this.entropy, this.#instance, label);
  }
}

/** Return the token of `withdrawal` alone: a page that joins a campaign needs no other key. Raises Malformed. */
export function withdrawalOf(entropy: Bytes, instance: Hash): Bytes {
  if (entropy.length !== ENTROPY) throw new Malformed("twelve words stand for 16 bytes");
  return rootOf(entropy, instance, utf8("withdraw"));
}

function rootOf(entropy: Bytes, instance: Hash, label: Uint8Array): Bytes {
  return hkdf(entropy, utf8(SALT), joinedBytes(unhex(instance, 32), Uint8Array.of(0), label));
}

/** Return the keys of the source whose words stand for these 16 bytes. Raises Malformed. */
export function derive(entropy: Bytes, instanceId: Hash): SourceKeys {
  if (entropy.length !== ENTROPY) throw new Malformed("twelve words stand for 16 bytes");
  unhex(instanceId, 32);
  return new SourceKeys(entropy, instanceId);
}
