// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * Sealing and opening of age v1 files, with the one recipient type `mlkem768x25519`.
 *
 * A file is sealed and opened in pieces, so its size costs no memory. There is no armour, no passphrase recipient and no
 * other key type: one file never mixes a recipient that a quantum computer opens with one that it does not (T01). The keys
 * themselves are in age_keys.ts. It does not say who wrote a file: anybody can seal to a recipient. Source: C2SP age.md.
 * See spec/age.md.
 */

import { chacha20poly1305 } from "@noble/ciphers/chacha.js";
import { base64nopad } from "@scure/base";
import { ENCAPSULATED, Identity, Recipient, STANZA } from "./age_keys.ts";
import { Malformed, OrderWrong, Tampered } from "./errors.ts";
import { type Bytes, hkdf, joinedBytes, macOf, randomBytes, same, utf8 } from "./keys.ts";

export { Identity, Recipient };

const VERSION_LINE = "age-encryption.org/v1\n";
const CHUNK = 64 * 1024;
const TAG = 16;
const NONCE = 16;
const HEADER_LIMIT = 64 * 1024;
const RECIPIENTS_LIMIT = 40;
const EMPTY: Bytes = new Uint8Array(0);
const BASE64_OF_32 = 43;
/** What stands before the payload of a file for one recipient: version, one stanza with a key of 32 bytes, the footer, the nonce. */
const BEFORE_PAYLOAD = VERSION_LINE.length + `-> ${STANZA} \n`.length + Math.ceil((ENCAPSULATED * 4) / 3) + 2 * BASE64_OF_32 + "\n--- \n".length + NONCE;

/** Works on a payload chunk by chunk, whatever the size of the pieces, and keeps back the last: only the end tells which it is. */
class Stream {
  readonly #work: (nonce: Bytes, chunk: Uint8Array) => Uint8Array;
  readonly #held: Bytes;
  #filled = 0;
  #count = 0;

  constructor(work: (nonce: Bytes, chunk: Uint8Array) => Uint8Array, size: number) {
    this.#work = work;
    this.#held = new Uint8Array(size);
  }

  /** Take the next piece and return what is ready. */
  update(piece: Uint8Array): Bytes {
    const ready: Uint8Array[] = [];
    let rest = piece;
    while (rest.length) {
      if (this.#filled === this.#held.length) {
        ready.push(this.#work(this.#nonce(0), this.#held));
        this.#count += 1;
        this.#filled = 0;
      }
      const now = rest.subarray(0, this.#held.length - this.#filled);
      this.#held.set(now, this.#filled);
      this.#filled += now.length;
      rest = rest.subarray(now.length);
    }
    return joinedBytes(...ready);
  }

  /** Return what the last chunk gives. */
  finish(): Bytes {
    return joinedBytes(this.#work(this.#nonce(1), this.#held.subarray(0, this.#filled)));
  }

  /** Whether the last chunk is also the first. */
  get oneChunk(): boolean {
    return this.#count === 0;
  }

  #nonce(last: number): Bytes {
    // Eleven bytes of a counter, of which a file of any size that a browser holds needs four, and the mark of the end.
    const nonce = new Uint8Array(12);
    new DataView(nonce.buffer).setUint32(7, this.#count);
    nonce[11] = last;
    return nonce;
  }
}

/** Seals one file in pieces: first `header`, then what `update` gives for each piece, then `finish`. */
export class Sealer {
  readonly header: Bytes;
  #stream: Stream | null;

  /** Choose a fresh file key. Raises Malformed for no recipient, for too many, or for an unusable one. */
  constructor(recipients: readonly Recipient[]) {
    if (recipients.length < 1 || recipients.length > RECIPIENTS_LIMIT) throw new Malformed(`a file has 1 to ${RECIPIENTS_LIMIT} recipients`);
    const fileKey = randomBytes(16);
    const nonce = randomBytes(NONCE);
    const head = `${VERSION_LINE}${recipients.map((recipient) => recipient.wrap(fileKey)).join("")}---`;
    this.header = joinedBytes(utf8(`${head} ${base64nopad.encode(headerMac(fileKey, utf8(head)))}\n`), nonce);
    const key = payloadKey(fileKey, nonce);
    this.#stream = new Stream((place, chunk) => chacha20poly1305(key, place).encrypt(chunk), CHUNK);
  }

  /** Take the next piece and return the ciphertext that is ready. Raises OrderWrong after the end. */
  update(piece: Uint8Array): Bytes {
    if (!this.#stream) throw new OrderWrong("the file was finished");
    return this.#stream.update(piece);
  }

  /** Return the last of the ciphertext. Raises OrderWrong after the end. */
  finish(): Bytes {
    const stream = this.#stream;
    this.#stream = null;
    if (!stream) throw new OrderWrong("the file was finished");
    return stream.finish();
  }
}

/** Opens one file in pieces; every returned byte was checked, but only `finish` says that none is missing. */
export class Opener {
  readonly #identity: Identity;
  #head: Bytes = EMPTY;
  #stream: Stream | null = null;
  #refused = false;

  constructor(identity: Identity) {
    this.#identity = identity;
  }

  /** Take the next piece and return the plaintext that is ready. Raises Malformed, NotSealedForThis, Tampered. */
  update(piece: Uint8Array): Bytes {
    this.#refuseAgain();
    let rest = piece;
    if (!this.#stream) {
      this.#head = joinedBytes(this.#head, piece);
      rest = this.#readHeader();
    }
    let plain = EMPTY;
    try {
      if (this.#stream) plain = this.#stream.update(rest);
    } catch {
      throw new Tampered("a chunk does not fit");
    }
    this.#refused = false;
    return plain;
  }

  /** Return the last of the plaintext. Raises Malformed for a file that ends in its header, Tampered. */
  finish(): Bytes {
    this.#refuseAgain();
    if (!this.#stream) throw new Malformed("the header has no end");
    let plain: Bytes;
    try {
      plain = this.#stream.finish();
    } catch {
      throw new Tampered("the last chunk does not fit, or the file is cut short");
    }
    if (!plain.length && !this.#stream.oneChunk) throw new Tampered("an empty chunk after the end");
    return plain;
  }

  #refuseAgain(): void {
    // Set until a piece has gone well, so that a caller who swallows an error cannot read on behind a hole.
    if (this.#refused) throw new Tampered("the file was refused or finished");
    this.#refused = true;
  }

  /** Choose the key once the header is whole, and return what of the payload came with it. */
  #readHeader(): Bytes {
    const head = this.#head;
    const end = footerEnd(head);
    if (!VERSION_LINE.startsWith(ascii(head.subarray(0, VERSION_LINE.length)))) throw new Malformed("this is not an age file");
    if ((end || head.length) > HEADER_LIMIT) throw new Malformed("the header is too large");
    if (!end || head.length < end + NONCE) return EMPTY;
    const key = payloadKey(fileKeyOf(this.#identity, head.subarray(0, end)), head.subarray(end, end + NONCE));
    this.#stream = new Stream((place, chunk) => chacha20poly1305(key, place).decrypt(chunk), CHUNK + TAG);
    this.#head = EMPTY;
    return head.subarray(end + NONCE);
  }
}

/** Return how long a file of this size is once it is sealed to one recipient. */
export function sealedSize(size: number): number {
  return BEFORE_PAYLOAD + size + TAG * Math.max(1, Math.ceil(size / CHUNK));
}

/** Seal the bytes to the recipients. Raises Malformed for no recipient, for too many, or for an unusable one. */
export function seal(plaintext: Uint8Array, recipients: readonly Recipient[]): Bytes {
  const sealer = new Sealer(recipients);
  return joinedBytes(sealer.header, sealer.update(plaintext), sealer.finish());
}

/** Open a whole file. Raises Malformed, NotSealedForThis, Tampered. */
export function openSealed(ciphertext: Uint8Array, identity: Identity): Bytes {
  const opener = new Opener(identity);
  return joinedBytes(opener.update(ciphertext), opener.finish());
}

function headerMac(fileKey: Uint8Array, head: Uint8Array): Bytes {
  return macOf(hkdf(fileKey, EMPTY, utf8("header")), head);
}

function payloadKey(fileKey: Uint8Array, nonce: Uint8Array): Bytes {
  return hkdf(fileKey, nonce, utf8("payload"));
}

/** One letter a byte, so that places in the text are places in the bytes. */
function ascii(content: Uint8Array): string {
  let text = "";
  for (const byte of content) text += String.fromCharCode(byte);
  return text;
}

/** Return where the header ends, or 0 when its end has not come. */
function footerEnd(head: Uint8Array): number {
  const text = ascii(head.subarray(0, HEADER_LIMIT + 1));
  const start = text.indexOf("\n---", VERSION_LINE.length - 1);
  return start < 0 ? 0 : text.indexOf("\n", start + 1) + 1;
}

/** Read a whole header and return the file key. Raises Malformed, NotSealedForThis, Tampered. */
function fileKeyOf(identity: Identity, header: Uint8Array): Bytes {
  const text = ascii(header);
  const start = text.lastIndexOf("---");
  const footer = text.slice(start + 3, -1);
  const mac = footer.startsWith(" ") ? unbase64(footer.slice(1)) : EMPTY;
  if (mac.length !== 32) throw new Malformed("the header is not well-formed");
  const fileKey = identity.unwrap(sealedKeys(text.slice(VERSION_LINE.length, start).split("\n").slice(0, -1)));
  if (!same(mac, headerMac(fileKey, header.subarray(0, start + 3)))) throw new Tampered("the header was changed");
  return fileKey;
}

/** Return the sealed file keys of our stanza type; other types are passed over. Raises Malformed. */
function sealedKeys(lines: readonly string[]): readonly Bytes[] {
  const found: Bytes[] = [];
  for (let at = 0; at < lines.length; ) {
    const [mark, ...words] = (lines[at] ?? "").split(" ");
    if (mark !== "->" || !words.length || !words.every((word) => /^[!-~]+$/.test(word))) throw new Malformed("the header is not well-formed");
    const end = lines.findIndex((line, place) => place > at && line.length < 64);
    if (end < 0 || lines.slice(at + 1, end).some((line) => line.length > 64)) throw new Malformed("the header is not well-formed");
    const body = joinedBytes(...lines.slice(at + 1, end + 1).map(unbase64));
    if (words[0] === STANZA) found.push(sealedKey(words, body));
    at = end + 1;
  }
  return found;
}

function sealedKey(words: readonly string[], body: Bytes): Bytes {
  const share = words.length === 2 ? unbase64(words[1] ?? "") : EMPTY;
  if (share.length !== ENCAPSULATED || body.length !== 32) throw new Malformed("a stanza of the header is not well-formed");
  return joinedBytes(share, body);
}

function unbase64(text: string): Bytes {
  try {
    return new Uint8Array(base64nopad.decode(text));
  } catch {
    throw new Malformed("the header is not well-formed");
  }
}
