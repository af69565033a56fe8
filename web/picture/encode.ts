// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * Makes a JPEG from points, with one quality for everybody, and reads it again before anybody gets it: a size and points, nothing else.
 *
 * There is no field into which anything but points could get. See spec/browser.md.
 */

import { encode as encodeJpeg } from "jpeg-js";
import { NoPicture, type Points } from "./kind.ts";
import { APP0, begins, DHT, DQT, EOI, frameOf, SOF0, SOS, walk } from "./segments.ts";

export const QUALITY = 82;
const PARTS = [APP0, DQT, SOF0, DHT, SOS];
const JFIF_LENGTH = 14;

/** Return a clean JPEG of the points. Throws NoPicture if what was made holds anything else. */
export function encode({ width, height, rgb }: Points): Uint8Array<ArrayBuffer> {
  const data = new Uint8Array(width * height * 4).fill(255);
  for (let from = 0, to = 0; from < rgb.length; from += 3, to += 4) {
    data[to] = rgb[from]!;
    data[to + 1] = rgb[from + 1]!;
    data[to + 2] = rgb[from + 2]!;
  }
  const file = Uint8Array.from(encodeJpeg({ width, height, data }, QUALITY).data);
  checkClean(file, width, height);
  return file;
}

/** Check that a JPEG is of this size and holds nothing but points. Throws NoPicture. */
export function checkClean(file: Uint8Array, width: number, height: number): void {
  const { segments, end } = walk(file);
  const frame = frameOf(segments);
  const jfif = segments[0]?.content ?? new Uint8Array();
  const clean =
    file[0] === 0xff &&
    file[end - 1] === EOI &&
    end === file.length &&
    segments.map((each) => each.marker).join() === PARTS.join() &&
    begins(jfif, "JFIF\0") &&
    jfif.length === JFIF_LENGTH;
  if (!clean || frame.width !== width || frame.height !== height || frame.components !== 3) throw new NoPicture("unclean");
}
