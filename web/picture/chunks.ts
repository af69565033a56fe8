// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * The chunks of a PNG, in order, and what its header says. It decodes nothing and unpacks nothing.
 *
 * A length that leads out of the file, or a missing end: the file is refused. Checksums are not compared; a wrong point hurts
 * nobody. See spec/browser.md; the format is RFC 2083.
 */

import { NoPicture, latin, number32 } from "./kind.ts";

const MOST_CHUNKS = 100_000;

export interface Chunk {
  readonly name: string;
  readonly content: Uint8Array;
}

export interface WalkedChunks {
  readonly chunks: readonly Chunk[];
  readonly end: number;
}

export interface Head {
  readonly width: number;
  readonly height: number;
  readonly depth: number;
  readonly colours: 0 | 2 | 3 | 4 | 6;
  readonly interlaced: boolean;
}

const DEPTHS: Readonly<Record<number, readonly number[]>> = { 0: [1, 2, 4, 8, 16], 2: [8, 16], 3: [1, 2, 4, 8], 4: [8, 16], 6: [8, 16] };

/** Return a PNG's chunks before its end. Throws NoPicture. */
export function walkChunks(file: Uint8Array): WalkedChunks {
  const chunks: Chunk[] = [];
  for (let at = 8; chunks.length < MOST_CHUNKS; ) {
    const length = number32(file, at);
    const behind = at + 12 + length;
    if (behind > file.length) throw new NoPicture("broken");
    const name = latin(file.subarray(at + 4, at + 8));
    if (name === "IEND") return { chunks, end: behind };
    chunks.push({ name, content: file.subarray(at + 8, behind - 4) });
    at = behind;
  }
  throw new NoPicture("broken");
}

/** Return what the header says. Throws NoPicture when it is none, or says what the format does not know. */
export function headOf(chunks: readonly Chunk[]): Head {
  const content = chunks[0]?.name === "IHDR" ? chunks[0].content : new Uint8Array();
  const [depth = 0, colours = 1, packing, filtering, interlacing = 2] = content.subarray(8);
  const known = DEPTHS[colours]?.includes(depth) && packing === 0 && filtering === 0 && interlacing <= 1;
  if (content.length !== 13 || !known) throw new NoPicture("broken");
  return { width: number32(content, 0), height: number32(content, 4), depth, colours: colours as Head["colours"], interlaced: interlacing === 1 };
}
