// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * Turns the chunks of a PNG into points on white. What unpacks them is handed in: browsers bring it along, and so does node.
 *
 * What lies hidden under transparency is gone: a point that cannot be seen is white. Of a moving PNG the first picture is read.
 * See spec/browser.md; the format is RFC 2083.
 */

import { type Chunk, type Head } from "./chunks.ts";
import { NoPicture, number16, type Points } from "./kind.ts";

/** Unpacks zlib's format and refuses to give more bytes than were asked for. */
export type Inflate = (pieces: readonly Uint8Array[], most: number) => Promise<Uint8Array>;

/** One pass of an interlaced picture: where it begins, and its steps. The only pass of any other one is the last here. */
interface Pass {
  readonly x: number;
  readonly y: number;
  readonly across: number;
  readonly down: number;
}

const ADAM7: readonly Pass[] = [
  { x: 0, y: 0, across: 8, down: 8 },
  { x: 4, y: 0, across: 8, down: 8 },
  { x: 0, y: 4, across: 4, down: 8 },
  { x: 2, y: 0, across: 4, down: 4 },
  { x: 0, y: 2, across: 2, down: 4 },
  { x: 1, y: 0, across: 2, down: 2 },
  { x: 0, y: 1, across: 1, down: 2 },
];
const WHOLE: Pass = { x: 0, y: 0, across: 1, down: 1 };
const CHANNELS = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 } as const;

/** What a sample means: the colours of a palette, and the one value that stands for nothing. */
interface Meaning {
  readonly palette: Uint8Array;
  readonly alphas: Uint8Array;
  readonly nothing: readonly number[];
}

/** Return the points of a PNG whose size was checked. Throws NoPicture. */
export async function points(head: Head, chunks: readonly Chunk[], inflate: Inflate): Promise<Points> {
  const passes = (head.interlaced ? ADAM7 : [WHOLE]).map((pass) => ({ pass, ...sides(head, pass) })).filter(({ wide, high }) => wide && high);
  const total = passes.reduce((sum, { wide, high }) => sum + high * (1 + rowLength(head, wide)), 0);
  const packed = chunks.filter((chunk) => chunk.name === "IDAT").map((chunk) => chunk.content);
  const lines = await inflate(packed, total);
  if (lines.length !== total) throw new NoPicture("broken");
  const rgb = new Uint8Array(head.width * head.height * 3);
  const meaning = meaningOf(head, chunks);
  let at = 0;
  for (const { pass, wide, high } of passes) {
    const length = rowLength(head, wide);
    unfilter(lines.subarray(at, at + high * (1 + length)), length, Math.max(1, (CHANNELS[head.colours] * head.depth) >> 3));
    for (let row = 0; row < high; row += 1, at += 1 + length) {
      paint(rgb, { head, pass, meaning, wide, y: pass.y + row * pass.down }, lines.subarray(at + 1, at + 1 + length));
    }
  }
  return { width: head.width, height: head.height, rgb };
}

function sides(head: Head, pass: Pass): { readonly wide: number; readonly high: number } {
  const count = (side: number, first: number, step: number): number => Math.max(0, Math.ceil((side - first) / step));
  return { wide: count(head.width, pass.x, pass.across), high: count(head.height, pass.y, pass.down) };
}

function rowLength(head: Head, wide: number): number {
  return Math.ceil((wide * CHANNELS[head.colours] * head.depth) / 8);
}

function meaningOf(head: Head, chunks: readonly Chunk[]): Meaning {
  const of = (name: string): Uint8Array => chunks.find((chunk) => chunk.name === name)?.content ?? new Uint8Array();
  const [palette, alphas] = [of("PLTE"), of("tRNS")];
  if (head.colours === 3 && (palette.length < 3 || palette.length % 3 || palette.length > 768)) throw new NoPicture("broken");
  const many = head.colours === 0 ? 1 : head.colours === 2 ? 3 : 0;
  const nothing = many && alphas.length === 2 * many ? Array.from({ length: many }, (_, place) => number16(alphas, 2 * place)) : [];
  return { palette, alphas, nothing };
}

/** Undo the filters of some rows, in place. Throws NoPicture for a filter that there is not. */
function unfilter(lines: Uint8Array, length: number, step: number): void {
  for (let start = 0; start < lines.length; start += 1 + length) {
    const filter = lines[start] ?? 0;
    if (filter > 4) throw new NoPicture("broken");
    const up = start ? 1 + length : 0;
    for (let at = start + 1; filter && at <= start + length; at += 1) {
      const left = at - start > step ? lines[at - step]! : 0;
      const above = up ? lines[at - up]! : 0;
      if (filter === 1) lines[at] = lines[at]! + left;
      else if (filter === 2) lines[at] = lines[at]! + above;
      else if (filter === 3) lines[at] = lines[at]! + ((left + above) >> 1);
      else lines[at] = lines[at]! + nearest(left, above, up && at - start > step ? lines[at - up - step]! : 0);
    }
  }
}

function nearest(left: number, above: number, corner: number): number {
  const toLeft = Math.abs(above - corner);
  const toAbove = Math.abs(left - corner);
  const toCorner = Math.abs(left + above - 2 * corner);
  return toLeft <= toAbove && toLeft <= toCorner ? left : toAbove <= toCorner ? above : corner;
}

interface Row {
  readonly head: Head;
  readonly pass: Pass;
  readonly meaning: Meaning;
  readonly wide: number;
  readonly y: number;
}

/** Put one row's samples where they belong, on white. */
function paint(rgb: Uint8Array, { head, pass, meaning, wide, y }: Row, row: Uint8Array): void {
  const { depth, colours } = head;
  if (depth === 8 && colours === 2 && pass === WHOLE && !meaning.nothing.length) return rgb.set(row, y * wide * 3);
  const [channels, most] = [CHANNELS[colours], (1 << depth) - 1];
  const sample = (place: number): number => {
    if (depth === 8) return row[place]!;
    if (depth === 16) return row[2 * place]! * 256 + row[2 * place + 1]!;
    return (row[(place * depth) >> 3]! >> (8 - depth - ((place * depth) & 7))) & most;
  };
  for (let x = 0; x < wide; x += 1) {
    const at = x * channels;
    let red = sample(at);
    let green = red;
    let blue = red;
    let alpha = most;
    if (colours === 3) {
      const entry = 3 * red;
      if (entry >= meaning.palette.length) throw new NoPicture("broken");
      alpha = ((meaning.alphas[red] ?? 255) * most) / 255;
      red = (meaning.palette[entry]! * most) / 255;
      green = (meaning.palette[entry + 1]! * most) / 255;
      blue = (meaning.palette[entry + 2]! * most) / 255;
    } else if (channels >= 3) {
      green = sample(at + 1);
      blue = sample(at + 2);
      alpha = channels === 4 ? sample(at + 3) : same(meaning.nothing, red, green, blue) ? 0 : most;
    } else {
      alpha = channels === 2 ? sample(at + 1) : meaning.nothing[0] === red ? 0 : most;
    }
    const to = (y * head.width + pass.x + x * pass.across) * 3;
    const white = most - alpha;
    rgb[to] = ((red * alpha) / most + white) * (255 / most) + 0.5;
    rgb[to + 1] = ((green * alpha) / most + white) * (255 / most) + 0.5;
    rgb[to + 2] = ((blue * alpha) / most + white) * (255 / most) + 0.5;
  }
}

function same(nothing: readonly number[], red: number, green: number, blue: number): boolean {
  return nothing.length === 3 && nothing[0] === red && nothing[1] === green && nothing[2] === blue;
}
