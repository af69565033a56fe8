// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * Turns a photograph into points that stand upright on white, without any canvas.
 *
 * The size is checked in the header before a point is decoded, and the decoder of JPEG is given nothing but the segments that it
 * needs. Colour profiles are left out, not applied. See spec/browser.md.
 */

import { decode as decodeJpeg } from "jpeg-js";
import { headOf, walkChunks } from "./chunks.ts";
import { checkSize, kindOf, MOST_POINTS, NoPicture, type Points } from "./kind.ts";
import { type Inflate, points as pointsOfPng } from "./png.ts";
import { adobeTransform, frameOf, needed, walk } from "./segments.ts";
import { orientation } from "./told.ts";

/** What the decoder may take: enough for fifty million points as telephones store them. */
const MEBIBYTES = 1_024;

/** Return the points of a file, as the photographer saw them. Throws NoPicture. */
export async function decode(file: Uint8Array, inflate: Inflate): Promise<Points> {
  const points = kindOf(file) === "jpeg" ? jpeg(file) : await png(file, inflate);
  return upright(points, orientation(file));
}

async function png(file: Uint8Array, inflate: Inflate): Promise<Points> {
  const { chunks } = walkChunks(file);
  const head = headOf(chunks);
  checkSize(head.width, head.height);
  return pointsOfPng(head, chunks, inflate);
}

function jpeg(file: Uint8Array): Points {
  const { segments } = walk(file);
  const frame = frameOf(segments);
  checkSize(frame.width, frame.height);
  const options = { useTArray: true, formatAsRGBA: false, maxResolutionInMP: MOST_POINTS / 1e6, maxMemoryUsageInMB: MEBIBYTES } as const;
  // Only where Adobe's programs say so are three colours red, green and blue; the decoder looks there for four alone.
  const plain = frame.components === 3 && adobeTransform(segments) === 0 ? { colorTransform: false } : {};
  try {
    const { width, height, data } = decodeJpeg(needed(segments), { ...options, ...plain });
    if (width === frame.width && height === frame.height) return { width, height, rgb: data };
  } catch {
    // The decoder throws errors of many kinds, with texts of its own: for whoever sent the file they are one.
  }
  throw new NoPicture("broken");
}

/** Return the same picture, turned and mirrored as EXIF's number says. */
function upright(points: Points, held: number): Points {
  if (held === 1) return points;
  const { width, height, rgb } = points;
  const turned = held >= 5;
  const [wide, high] = turned ? [height, width] : [width, height];
  const mirrored = held === 2 || held === 3 || held === 7 || held === 8;
  const flipped = held === 3 || held === 4 || held === 6 || held === 7;
  const out = new Uint8Array(rgb.length);
  let to = 0;
  for (let y = 0; y < high; y += 1) {
    for (let x = 0; x < wide; x += 1, to += 3) {
      const across = turned ? y : x;
      const down = turned ? x : y;
      const from = ((flipped ? height - 1 - down : down) * width + (mirrored ? width - 1 - across : across)) * 3;
      out[to] = rgb[from]!;
      out[to + 1] = rgb[from + 1]!;
      out[to + 2] = rgb[from + 2]!;
    }
  }
  return { width: wide, height: high, rgb: out };
}
