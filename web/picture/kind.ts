// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * Which photographs a browser can handle by itself, by their first bytes, how large they may be, and how it says that one is not.
 *
 * A name or a type that comes with a file is never believed. What is not handled here goes the server's way. See spec/browser.md.
 */

import { OmbudsError } from "../core/errors.ts";

export const MOST_BYTES = 64 * 1024 * 1024;
export const MOST_POINTS = 50_000_000;
export const LONGEST_SIDE = 12_000;
/** A picture that is flatter or smaller than this is no photograph, and a turn would take most of it away. */
export const SHORTEST_SIDE = 32;
export const FLATTEST = 8;

const JPEG = [0xff, 0xd8, 0xff];
const PNG = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

export type Kind = "jpeg" | "png";
/** Not a kind of ours; too many bytes; too many points; flatter or smaller than a photograph; broken; what was made is not what it should be. */
export type Reason = "kind" | "large" | "points" | "shape" | "broken" | "unclean";

/** There is no picture of this file in this browser; the page has a sentence for each reason. */
export class NoPicture extends OmbudsError {
  override readonly kind = "NoPicture";
  readonly reason: Reason;

  constructor(reason: Reason) {
    super(reason);
    this.reason = reason;
  }
}

/** A picture as points, three bytes each, row by row. */
export interface Points {
  readonly width: number;
  readonly height: number;
  readonly rgb: Uint8Array;
}

/** Return what a file is. Throws NoPicture when it is not handled here. */
export function kindOf(file: Uint8Array): Kind {
  if (file.length > MOST_BYTES) throw new NoPicture("large");
  if (JPEG.every((byte, at) => file[at] === byte)) return "jpeg";
  if (PNG.every((byte, at) => file[at] === byte)) return "png";
  throw new NoPicture("kind");
}

/** Check the size that a header tells, before a point is decoded. Throws NoPicture. */
export function checkSize(width: number, height: number): void {
  const [short, long] = width < height ? [width, height] : [height, width];
  if (short < 1) throw new NoPicture("broken");
  if (long > LONGEST_SIDE || width * height > MOST_POINTS) throw new NoPicture("points");
  if (short < SHORTEST_SIDE || long > short * FLATTEST) throw new NoPicture("shape");
}

/** Return two bytes as a number, the greater one first. Throws NoPicture behind the end. */
export function number16(file: Uint8Array, at: number): number {
  const [high, low] = [file[at], file[at + 1]];
  if (high === undefined || low === undefined) throw new NoPicture("broken");
  return high * 256 + low;
}

/** Return four bytes as a number, the greatest one first. Throws NoPicture behind the end. */
export function number32(file: Uint8Array, at: number): number {
  return number16(file, at) * 65_536 + number16(file, at + 2);
}

/** Return bytes as text, each as the letter of its number. */
export function latin(content: Uint8Array): string {
  return String.fromCharCode(...content);
}
