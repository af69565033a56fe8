// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * Files beside a report or a message: sealed and opened in pieces, padded up one ladder, cut into parts of 4 MiB.
 *
 * Memory stays flat at any size. Names, types and true lengths stand only in the sealed body that a `FileNote` belongs to; a
 * stored size tells little (T10). This file parses no file and trusts no name. See spec/sealing.md.
 */

import { type Identity, Opener, type Recipient, Sealer } from "./age.ts";
import { encode, list, type Of, struct, text, whole } from "./encoding.ts";
import { Tampered } from "./errors.ts";
import { type Bytes, HASH, type Hash, hashOf, ID, type Id, joinedBytes, randomId, RunningHash } from "./keys.ts";

const KIB = 1024;
const MIB = 1024 * KIB;
const LADDER_FOOT = 64 * KIB;
const LADDER_STEP = 16 * MIB;
export const PART_SIZE = 4 * MIB;
const ZEROS = new Uint8Array(256 * KIB);

/** What only the readers of a body learn about a file: name, type, true length in bytes, SHA-256 of the content. */
export const FILE_NOTE = struct({ id: text(ID), name: text(), type: text(), size: whole(), sha256: text(HASH) });
export type FileNote = Of<typeof FILE_NOTE>;

/** A stored piece of a sealed file: 4 MiB at most. */
const PART = struct({ id: text(ID), size: whole(), sha256: text(HASH) });
export type Part = Of<typeof PART>;

/** The pieces of one sealed file, in order. */
const FILE_PARTS = struct({ id: text(ID), parts: list(PART) });
export type FileParts = Of<typeof FILE_PARTS>;

/** Everything that one sealed report or message consists of, by hash. */
export const MANIFEST = struct({ body: text(HASH), files: list(FILE_PARTS) });
export type Manifest = Of<typeof MANIFEST>;

/** Sealed bytes to append to a part; `done` closes the part. */
export interface Piece {
  readonly part: Id;
  readonly content: Bytes;
  readonly done: Part | null;
}

/** Return the SHA-256 of the manifest's bytes. */
export function hashOfManifest(manifest: Manifest): Hash {
  return hashOf(encode(manifest, MANIFEST));
}

/** Seals one file that comes in pieces, pads it up the ladder and cuts it into parts. Flat memory at any size. */
export class FileSealer {
  readonly id = randomId();
  readonly #sealer: Sealer;
  readonly #plain = new RunningHash();
  readonly #parts: Part[] = [];
  #size = 0;
  #header: Bytes;
  #part = randomId();
  #partHash = new RunningHash();
  #partSize = 0;

  constructor(recipient: Recipient) {
    this.#sealer = new Sealer([recipient]);
    this.#header = this.#sealer.header;
  }

  /** Take the next piece of the file; return what is ready to store. */
  write(content: Uint8Array): readonly Piece[] {
    this.#plain.update(content);
    this.#size += content.length;
    return this.#cut(this.#sealer.update(content));
  }

  /** End the file; return the last pieces, the note for the body and the list of parts for the manifest. */
  finish(name: string, type: string): readonly [readonly Piece[], FileNote, FileParts] {
    const note = { id: this.id, name, type, size: this.#size, sha256: this.#plain.hash() };
    const pieces: Piece[] = [];
    for (let missing = rung(this.#size) - this.#size; missing > 0; missing -= ZEROS.length) {
      pieces.push(...this.#cut(this.#sealer.update(ZEROS.subarray(0, missing))));
    }
    pieces.push(...this.#cut(this.#sealer.finish()), this.#closePart());
    return [pieces, note, { id: this.id, parts: this.#parts }];
  }

  #closePart(): Piece {
    const done = { id: this.#part, size: this.#partSize, sha256: this.#partHash.hash() };
    this.#parts.push(done);
    [this.#part, this.#partHash, this.#partSize] = [randomId(), new RunningHash(), 0];
    return { part: done.id, content: new Uint8Array(0), done };
  }

  #cut(sealed: Bytes): readonly Piece[] {
    const pieces: Piece[] = [];
    let rest = joinedBytes(this.#header, sealed);
    this.#header = new Uint8Array(0);
    while (rest.length) {
      const now = rest.subarray(0, PART_SIZE - this.#partSize);
      rest = rest.subarray(now.length);
      this.#partHash.update(now);
      this.#partSize += now.length;
      pieces.push({ part: this.#part, content: now, done: null });
      if (this.#partSize === PART_SIZE && rest.length) pieces.push(this.#closePart());
    }
    return pieces;
  }
}

/** Opens one sealed file that comes in pieces, cuts the padding off and checks length and hash at the end. */
export class FileOpener {
  readonly #note: FileNote;
  readonly #opener: Opener;
  readonly #hash = new RunningHash();
  #left: number;

  constructor(note: FileNote, identity: Identity) {
    this.#note = note;
    this.#opener = new Opener(identity);
    this.#left = note.size;
  }

  /** Take the next sealed bytes; return plain bytes that are authentic so far. Raises Tampered, Malformed, NotSealedForThis. */
  write(content: Uint8Array): Bytes {
    return this.#take(this.#opener.update(content));
  }

  /** End the file; return the last bytes. Raises Tampered if the content is not the one the body names. */
  finish(): Bytes {
    const last = this.#take(this.#opener.finish());
    if (this.#left || this.#hash.hash() !== this.#note.sha256) throw new Tampered();
    return last;
  }

  #take(plain: Bytes): Bytes {
    const content = plain.subarray(0, this.#left);
    this.#left -= content.length;
    this.#hash.update(content);
    return content;
  }
}

/** Return the padded length for a file of this size: powers of two from 64 KiB to 16 MiB, then multiples of 16 MiB. */
export function rung(size: number): number {
  if (size > LADDER_STEP) return Math.ceil(size / LADDER_STEP) * LADDER_STEP;
  let padded = LADDER_FOOT;
  while (padded < size) padded *= 2;
  return padded;
}
