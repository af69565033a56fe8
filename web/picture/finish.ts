// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * The order in which a photograph becomes what a campaign gets: boxes first, then smaller, then moved, then a fresh file.
 *
 * Nothing of the file itself comes this far; there are points, boxes and a seed. See spec/browser.md.
 */

import { type Box, burn } from "./boxes.ts";
import { encode } from "./encode.ts";
import type { Points } from "./kind.ts";
import { MOVED_SIDE, moved, movementOf, PREVIEW_SIDE, smaller } from "./shape.ts";

export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly jpeg: Uint8Array<ArrayBuffer>;
}

/** Return what the person sees while choosing boxes; it never leaves the device. */
export function preview(points: Points): Picture {
  return pictureOf(smaller(points, PREVIEW_SIDE));
}

/** Return what is sent. The same points, boxes and seed give the same bytes in every browser. Throws NoPicture. */
export function finish(points: Points, boxes: readonly Box[], seed: Uint8Array): Picture {
  const movement = movementOf(seed);
  return pictureOf(moved(smaller(burn(points, boxes), MOVED_SIDE), movement));
}

function pictureOf(points: Points): Picture {
  return { width: points.width, height: points.height, jpeg: encode(points) };
}
