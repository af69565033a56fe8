// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * Unpacks the points of a PNG with what the browser brings along, and never more of them than there can be.
 *
 * See spec/browser.md.
 */

import { NoPicture } from "../picture/kind.ts";

const SLICE = 65_536;

/** Return what zlib's format holds. Throws NoPicture when it is broken, or more than `most` bytes. */
export async function inflate(pieces: readonly Uint8Array[], most: number): Promise<Uint8Array> {
  const unpacked = new Uint8Array(most);
  const reader = slices(pieces).pipeThrough(new DecompressionStream("deflate")).getReader();
  try {
    for (let at = 0; ; ) {
      const { done, value } = await reader.read();
      if (done) return unpacked.subarray(0, at);
      if (at + value.length > most) break;
      unpacked.set(value, at);
      at += value.length;
    }
  } catch {
    throw new NoPicture("broken");
  }
  // A few packed bytes can stand for gigabytes: what is more than the header says is never unpacked.
  await reader.cancel();
  throw new NoPicture("broken");
}

function slices(pieces: readonly Uint8Array[]): ReadableStream<Uint8Array<ArrayBuffer>> {
  let [place, at] = [0, 0];
  return new ReadableStream({
    pull(controller) {
      while (place < pieces.length && at >= pieces[place]!.length) [place, at] = [place + 1, 0];
      const piece = pieces[place];
      if (!piece) return controller.close();
      controller.enqueue(piece.slice(at, at + SLICE));
      at += SLICE;
    },
  });
}
