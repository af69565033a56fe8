// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * Burns boxes into a picture: what lies under one is replaced by one colour, at full size and before anything else happens.
 *
 * There is no blur and no mosaic; both can be undone. A box grows on every side by the largest square in which a JPEG mixes
 * points, so that nothing of what it covers is left in the points beside it. See spec/browser.md.
 */

import { NoPicture, type Points } from "./kind.ts";

export const GROWS_BY = 16;
export const MOST_BOXES = 200;
const COLOUR = 0;

/** A box in shares of the upright picture's width and height, between 0 and 1. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Return the picture with every box filled. Throws NoPicture for a box that is none: one that was meant must never be left out. */
export function burn(points: Points, boxes: readonly Box[]): Points {
  if (boxes.length > MOST_BOXES) throw new NoPicture("unclean");
  const { width, height } = points;
  const rgb = points.rgb.slice();
  for (const { left, top, right, bottom } of boxes) {
    if (![left, top, right, bottom].every(Number.isFinite) || !(left < right && top < bottom)) throw new NoPicture("unclean");
    const [from, to] = grown(left, right, width);
    const [first, behind] = grown(top, bottom, height);
    for (let y = first; y < behind; y += 1) rgb.fill(COLOUR, (y * width + from) * 3, (y * width + to) * 3);
  }
  return { width, height, rgb };
}

function grown(start: number, end: number, side: number): [number, number] {
  const inside = (place: number): number => Math.min(Math.max(place, 0), side);
  const [from, to] = [inside(Math.floor(start * side) - GROWS_BY), inside(Math.ceil(end * side) + GROWS_BY)];
  return [from, Math.max(from, to)];
}
