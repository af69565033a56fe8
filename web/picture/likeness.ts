// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * How much two pictures look alike: 64 bits from the coarse light and dark of points, for a hint that a photograph came before.
 *
 * Taken from the upright points before anything is covered, as src/ombuds/media/likeness.py takes it. Only desks see it, sealed,
 * until the post is settled. Cosines come from one constant by sums and products, which every browser counts alike. See
 * spec/media.md, spec/browser.md.
 */

import type { Points } from "./kind.ts";

const [GRID, KEPT, ROWS_OF_A_CELL] = [32, 8, 4];
/** How bright red, green and blue are to the eye. */
const BRIGHT = [0.299, 0.587, 0.114];
/** The cosine of a 64th of half a turn, and the root of one half. */
const [FIRST, HALF_ROOT] = [0.9987954562051724, 0.7071067811865476];

/** Return the likeness of a picture, in 16 hex digits. */
export function likeness(points: Points): string {
  const waves = wavesOf();
  const coarse = product(product(waves, cells(points)), turned(waves)).flat();
  const middle = coarse.slice(1).sort((one, other) => one - other)[(coarse.length - 2) / 2]!;
  const digit = (at: number): number => [0, 1, 2, 3].reduce((sum, bit) => sum + (coarse[at + bit]! > middle ? 1 << bit : 0), 0);
  return Array.from({ length: coarse.length / 4 }, (_, place) => digit(coarse.length - 4 - 4 * place).toString(16)).join("");
}

/** The mean brightness of each cell of a grid, from a few rows of points of each. */
function cells({ width, height, rgb }: Points): number[][] {
  const edge = (place: number): number => Math.floor((place * width) / GRID);
  return Array.from({ length: GRID }, (_, place) => {
    const rows = Array.from({ length: ROWS_OF_A_CELL }, (_, part) => Math.floor(((place + (part + 0.5) / ROWS_OF_A_CELL) * height) / GRID) * width);
    return Array.from({ length: GRID }, (_, column) => {
      const [left, right] = [edge(column), Math.max(edge(column) + 1, edge(column + 1))];
      return rows.reduce((sum, start) => sum + bright(rgb.subarray((start + left) * 3, (start + right) * 3)) / (right - left), 0);
    });
  });
}

function bright(row: Uint8Array): number {
  return row.reduce((sum, value, at) => sum + value * BRIGHT[at % 3]!, 0);
}

function wavesOf(): number[][] {
  const cosines = [1, FIRST];
  while (cosines.length < 2 * GRID * KEPT) cosines.push(2 * FIRST * cosines.at(-1)! - cosines.at(-2)!);
  return Array.from({ length: KEPT }, (_, wave) =>
    Array.from({ length: GRID }, (_, place) => (wave ? cosines[wave * (2 * place + 1)]! : HALF_ROOT)),
  );
}

function turned(rows: readonly (readonly number[])[]): number[][] {
  return rows[0]!.map((_, column) => rows.map((row) => row[column]!));
}

function product(left: readonly (readonly number[])[], right: readonly (readonly number[])[]): number[][] {
  const columns = turned(right);
  return left.map((row) => columns.map((column) => row.reduce((sum, value, at) => sum + value * column[at]!, 0)));
}
