// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * The order in which a photograph becomes what a campaign gets: boxes first, then smaller, then moved, then a fresh file.
 *
 * Nothing of the file itself comes this far; there are points, boxes and a seed. See spec/browser.md.
 */

import { type Box, burn } from "./boxes.ts";
import { encode } from "./encode.ts";
import { NoPicture, type Points } from "./kind.ts";
import { likeness } from "./likeness.ts";
import { MOVED_SIDE, moved, movementOf, PREVIEW_SIDE, SMALL_SIDE, smaller } from "./shape.ts";
import { softer } from "./soft.ts";

/** The most bytes of the large and the small file. Both together, as they are sent, stand on the step of 512 KiB. */
export const [MOST_LARGE, MOST_SMALL] = [360_000, 25_000];
/** How far a picture that does not fit is softened, at most: this leaves even of noise a plain grey. */
const MOST_SOFTENED = 512;

export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly jpeg: Uint8Array<ArrayBuffer>;
}

/** What is published: the picture, and the same picture for a wall. */
export interface Finished {
  readonly large: Picture;
  readonly small: Picture;
  /** For desks alone: what copies of a photograph have nearly in common. */
  readonly near: string;
}

/** Return what the person sees while choosing boxes; it never leaves the device. */
export function preview(points: Points): Picture {
  return pictureOf(smaller(points, PREVIEW_SIDE));
}

/** Return what is sent. The same points, boxes and seed give the same bytes in every browser. Throws NoPicture. */
export function finish(points: Points, boxes: readonly Box[], seed: Uint8Array): Finished {
  const movement = movementOf(seed);
  const made = moved(smaller(burn(points, boxes), MOVED_SIDE), movement);
  return { large: fitting(made, MOST_LARGE), small: fitting(smaller(made, SMALL_SIDE), MOST_SMALL), near: likeness(points) };
}

/** A picture of so many bytes at most: one that does not fit is made softer until it does, and the tables stay the same. */
function fitting(points: Points, most: number): Picture {
  let now = points;
  for (let reach = 1; reach <= MOST_SOFTENED; reach *= 2) {
    const picture = pictureOf(now);
    if (picture.jpeg.length <= most) return picture;
    now = softer(now, reach);
  }
  throw new NoPicture("unclean");
}

function pictureOf(points: Points): Picture {
  return { width: points.width, height: points.height, jpeg: encode(points) };
}
