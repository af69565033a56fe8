// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * Makes a picture softer, so that its file becomes smaller: each point becomes the mean of those around it, sideways and then down.
 *
 * Whole numbers alone are summed, which every browser counts alike. See spec/browser.md.
 */

import type { Points } from "./kind.ts";

/** Return the picture with each point as the mean of those at most so far away; beyond an edge its last point goes on. */
export function softer({ width, height, rgb }: Points, reach: number): Points {
  const across = new Uint8Array(rgb.length);
  for (let y = 0; y < height; y += 1) {
    for (let colour = 0; colour < 3; colour += 1) run(rgb, across, y * width * 3 + colour, 3, width, reach);
  }
  const down = new Uint8Array(rgb.length);
  for (let x = 0; x < width * 3; x += 1) run(across, down, x, width * 3, height, reach);
  return { width, height, rgb: down };
}

/** Soften one line of values: the sum of a window that moves on, one value in and one out. */
function run(from: Uint8Array, to: Uint8Array, start: number, step: number, length: number, reach: number): void {
  const at = (place: number): number => from[start + step * Math.min(Math.max(place, 0), length - 1)]!;
  const count = 2 * reach + 1;
  let sum = 0;
  for (let place = -reach; place <= reach; place += 1) sum += at(place);
  for (let place = 0; place < length; place += 1) {
    to[start + step * place] = (sum + reach) / count;
    sum += at(place + reach + 1) - at(place - reach);
  }
}
