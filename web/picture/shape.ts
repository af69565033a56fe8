// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * Makes a picture smaller, and moves its points by a secret: a cut, a turn and a stretch that nobody notices.
 *
 * The sensor of a camera leaves a trace that survives a smaller size; against somebody who does not search for the movement it is gone
 * (T13). It raises a cost and is no proof. The secret is handed in, used once and stored nowhere. Only sums, products and
 * quotients are used, which every browser counts alike; sines and powers are not. See spec/browser.md.
 */

import { NoPicture, number32, type Points } from "./kind.ts";

export const PREVIEW_SIDE = 1_600;
/** What is left of so many points after a movement is about the final size: one look for each new point leaves no steps along edges. */
export const MOVED_SIDE = 1_130;
export const FINAL_SIDE = 1_080;
export const SMALL_SIDE = 400;
export const SEED_LENGTH = 32;
const [LEAST_CUT, MOST_CUT] = [0.01, 0.03];
const [LEAST_TURN, MOST_TURN] = [0.3, 0.8];
const MOST_STRETCH = 0.015;
const RADIAN = 0.017453292519943295;

/** What a seed says: how much is cut and where, how far it is turned, how much wider or higher it becomes. */
export interface Movement {
  readonly cutAcross: number;
  readonly fromLeft: number;
  readonly cutDown: number;
  readonly fromTop: number;
  readonly degrees: number;
  readonly stretch: number;
}

/** Return the movement of a seed of 32 random bytes. Throws NoPicture for another length. */
export function movementOf(seed: Uint8Array): Movement {
  if (seed.length !== SEED_LENGTH) throw new NoPicture("unclean");
  const share = (place: number): number => number32(seed, 4 * place) / 4_294_967_296;
  const between = (place: number, least: number, most: number): number => least + share(place) * (most - least);
  return {
    cutAcross: between(0, LEAST_CUT, MOST_CUT),
    fromLeft: share(1),
    cutDown: between(2, LEAST_CUT, MOST_CUT),
    fromTop: share(3),
    degrees: between(4, LEAST_TURN, MOST_TURN) * (share(5) < 0.5 ? -1 : 1),
    stretch: between(6, -MOST_STRETCH, MOST_STRETCH),
  };
}

/** Return the picture with at most so many points on its longer side; each new point is the mean of those that it covers. */
export function smaller(points: Points, side: number): Points {
  const longer = Math.max(points.width, points.height);
  if (longer <= side) return points;
  const scaled = (length: number): number => Math.max(1, Math.round((length * side) / longer));
  const [width, height] = [scaled(points.width), scaled(points.height)];
  const rgb = new Uint8Array(width * height * 3);
  const [across, down] = [spans(points.width, width), spans(points.height, height)];
  const sums = new Float64Array(width * 3);
  const row = new Float64Array(width * 3);
  const area = (points.width / width) * (points.height / height);
  down.forEach(({ first, last, atFirst, atLast }, y) => {
    sums.fill(0);
    for (let from = first; from <= last; from += 1) {
      narrow(points, from, across, row);
      const weight = from === first ? atFirst : from === last ? atLast : 1;
      for (let at = 0; at < row.length; at += 1) sums[at]! += weight * row[at]!;
    }
    for (let at = 0; at < sums.length; at += 1) rgb[y * width * 3 + at] = sums[at]! / area + 0.5;
  });
  return { width, height, rgb };
}

/** Which old places a new one covers, and how much of the first and the last of them. */
interface Span {
  readonly first: number;
  readonly last: number;
  readonly atFirst: number;
  readonly atLast: number;
}

function spans(from: number, to: number): readonly Span[] {
  return Array.from({ length: to }, (_, place) => {
    const [start, end] = [(place * from) / to, ((place + 1) * from) / to];
    const first = Math.floor(start);
    const last = Math.min(Math.max(Math.ceil(end) - 1, first), from - 1);
    return { first, last, atFirst: Math.min(first + 1, end) - start, atLast: last > first ? end - last : 0 };
  });
}

/** Sum one row of the picture into fewer points. */
function narrow({ width, rgb }: Points, y: number, across: readonly Span[], row: Float64Array): void {
  const start = y * width * 3;
  for (let x = 0; x < across.length; x += 1) {
    const { first, last, atFirst, atLast } = across[x]!;
    let at = start + first * 3;
    let red = rgb[at]! * atFirst;
    let green = rgb[at + 1]! * atFirst;
    let blue = rgb[at + 2]! * atFirst;
    const end = start + last * 3;
    for (at += 3; at < end; at += 3) {
      red += rgb[at]!;
      green += rgb[at + 1]!;
      blue += rgb[at + 2]!;
    }
    if (last > first) {
      red += rgb[end]! * atLast;
      green += rgb[end + 1]! * atLast;
      blue += rgb[end + 2]! * atLast;
    }
    row[3 * x] = red;
    row[3 * x + 1] = green;
    row[3 * x + 2] = blue;
  }
}

/** The part of the old picture that becomes the new one: its middle, its sides, and its turn. */
export interface Part {
  readonly x: number;
  readonly y: number;
  readonly wide: number;
  readonly high: number;
  readonly sine: number;
  readonly cosine: number;
}

/** Return the picture cut, turned and stretched by a movement, with exactly 1,080 points on its longer side. */
export function moved(points: Points, movement: Movement): Points {
  const part = partOf(points, movement);
  const ratio = (part.wide / part.high) * (1 + movement.stretch);
  const other = (share: number): number => Math.max(1, Math.round(FINAL_SIDE * share));
  const [width, height] = ratio >= 1 ? [FINAL_SIDE, other(1 / ratio)] : [other(ratio), FINAL_SIDE];
  const rgb = new Uint8Array(width * height * 3);
  for (let y = 0, to = 0; y < height; y += 1) {
    const v = ((y + 0.5) / height - 0.5) * part.high;
    for (let x = 0; x < width; x += 1, to += 3) {
      const u = ((x + 0.5) / width - 0.5) * part.wide;
      look(points, part.x + part.cosine * u - part.sine * v, part.y + part.sine * u + part.cosine * v, rgb, to);
    }
  }
  return { width, height, rgb };
}

/** Return which part of a picture of this size a movement takes. */
export function partOf({ width, height }: Pick<Points, "width" | "height">, movement: Movement): Part {
  const [wide, high] = [width * (1 - movement.cutAcross), height * (1 - movement.cutDown)];
  const angle = movement.degrees * RADIAN;
  // Below one degree these sums are as exact as the numbers themselves.
  const square = angle * angle;
  const sine = angle * (1 - square / 6 + (square * square) / 120);
  const cosine = 1 - square / 2 + (square * square) / 24;
  const steep = Math.abs(sine);
  // The turned part keeps its shape and stays inside what was cut out: no corner is empty.
  const fits = Math.min(wide / (wide * cosine + high * steep), high / (wide * steep + high * cosine));
  const x = (width - wide) * movement.fromLeft + wide / 2;
  const y = (height - high) * movement.fromTop + high / 2;
  return { x, y, wide: wide * fits, high: high * fits, sine, cosine };
}

/** Write the colour of a place between points: the mean of the four around it, each by its nearness. */
function look({ width, height, rgb }: Points, x: number, y: number, out: Uint8Array, to: number): void {
  const across = Math.min(Math.max(x - 0.5, 0), width - 1);
  const down = Math.min(Math.max(y - 0.5, 0), height - 1);
  const left = Math.floor(across);
  const above = Math.floor(down);
  const right = across - left;
  const below = down - above;
  const at = (above * width + left) * 3;
  const aside = left + 1 < width ? 3 : 0;
  const under = at + (above + 1 < height ? width * 3 : 0);
  for (let colour = 0; colour < 3; colour += 1) {
    const upper = rgb[at + colour]! * (1 - right) + rgb[at + aside + colour]! * right;
    const lower = rgb[under + colour]! * (1 - right) + rgb[under + aside + colour]! * right;
    out[to + colour] = upper * (1 - below) + lower * below + 0.5;
  }
}
