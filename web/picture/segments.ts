// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * The segments of a JPEG, in order, and the few of them that a decoder needs. It decodes nothing.
 *
 * A length that leads out of the file, a missing end, or more segments than any camera writes: the file is refused, never
 * repaired. See spec/browser.md; the format is ITU-T T.81, annex B.
 */

import { NoPicture, number16 } from "./kind.ts";

export const [APP0, APP1, APP2, APP13, APP14, COM] = [0xe0, 0xe1, 0xe2, 0xed, 0xee, 0xfe];
export const [SOF0, SOF2, DHT, SOI, EOI, SOS, DQT, DRI] = [0xc0, 0xc2, 0xc4, 0xd8, 0xd9, 0xda, 0xdb, 0xdd];
const [RST0, RST7, TEM] = [0xd0, 0xd7, 0x01];
const MOST_SEGMENTS = 2_000;
const MOST_SCANS = 100;
const MOST_SAMPLING = 2;
/** Frames that are coded in a way which no camera uses: without loss, in layers, or with arithmetic coding. */
const OTHER_FRAMES = new Set([0xc3, 0xc5, 0xc6, 0xc7, 0xc8, 0xc9, 0xca, 0xcb, 0xcc, 0xcd, 0xce, 0xcf]);

/** One segment: its marker, its content without the length, and for a scan the coded points as well. */
export interface Segment {
  readonly marker: number;
  readonly content: Uint8Array;
  readonly whole: Uint8Array;
}

export interface Walked {
  readonly segments: readonly Segment[];
  /** Where the picture ends; what comes behind is not part of it. */
  readonly end: number;
}

export interface Frame {
  readonly width: number;
  readonly height: number;
  readonly components: number;
  readonly precision: number;
}

/** Return a JPEG's segments between its beginning and its end. Throws NoPicture. */
export function walk(file: Uint8Array): Walked {
  const segments: Segment[] = [];
  let at = 2;
  for (let scans = 0; segments.length < MOST_SEGMENTS && scans <= MOST_SCANS; ) {
    if (file[at] !== 0xff) throw new NoPicture("broken");
    while (file[at + 1] === 0xff) at += 1; // a marker may have any number of these before it
    const marker = file[at + 1];
    if (marker === undefined || marker === 0 || marker === TEM || marker === SOI || (marker >= RST0 && marker <= RST7)) throw new NoPicture("broken");
    if (marker === EOI) return { segments, end: at + 2 };
    const length = number16(file, at + 2);
    const behind = at + 2 + length;
    if (length < 2 || behind > file.length) throw new NoPicture("broken");
    const next = marker === SOS ? behindScan(file, behind) : behind;
    segments.push({ marker, content: file.subarray(at + 4, behind), whole: file.subarray(at, next) });
    scans += marker === SOS ? 1 : 0;
    at = next;
  }
  throw new NoPicture("broken");
}

/** Return the one frame's size. Throws NoPicture when there is none, several, or one of a kind that no camera writes. */
export function frameOf(segments: readonly Segment[]): Frame {
  if (segments.some((each) => OTHER_FRAMES.has(each.marker))) throw new NoPicture("kind");
  const [frame, ...others] = segments.filter((each) => each.marker >= SOF0 && each.marker <= SOF2);
  if (!frame || others.length) throw new NoPicture("broken");
  const [precision, components] = [frame.content[0], frame.content[5]];
  if (precision !== 8 || (components !== 1 && components !== 3 && components !== 4)) throw new NoPicture("kind");
  if (frame.content.length !== 6 + 3 * components) throw new NoPicture("broken");
  // Sampled more coarsely than by two, a square in which colours mix would be wider than a box grows.
  const samplings = Array.from({ length: components }, (_, place) => frame.content[7 + 3 * place] ?? 0);
  if (samplings.some((each) => each >> 4 > MOST_SAMPLING || (each & 15) > MOST_SAMPLING)) throw new NoPicture("kind");
  return { precision, height: number16(frame.content, 1), width: number16(frame.content, 3), components };
}

/** Return the same JPEG with nothing in it but what makes points: what cameras and programs wrote beside them is gone. */
export function needed(segments: readonly Segment[]): Uint8Array {
  const kept = segments.filter((each) => [SOF0, SOF0 + 1, SOF2, DHT, DQT, DRI, SOS].includes(each.marker) || isAdobe(each));
  const pieces = [Uint8Array.of(0xff, SOI), ...kept.map((each) => each.whole), Uint8Array.of(0xff, EOI)];
  const file = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    file.set(piece, at);
    at += piece.length;
  }
  return file;
}

/** Return how Adobe's programs say that colours are coded, or null where they say nothing. */
export function adobeTransform(segments: readonly Segment[]): number | null {
  return segments.find(isAdobe)?.content[11] ?? null;
}

function isAdobe(segment: Segment): boolean {
  return segment.marker === APP14 && begins(segment.content, "Adobe") && segment.content.length >= 12;
}

/** Whether bytes begin with these letters. */
export function begins(content: Uint8Array, letters: string): boolean {
  for (let at = 0; at < letters.length; at += 1) if (content[at] !== letters.charCodeAt(at)) return false;
  return true;
}

function behindScan(file: Uint8Array, start: number): number {
  let at = start;
  for (;;) {
    at = file.indexOf(0xff, at);
    const next = file[at + 1];
    if (at < 0 || next === undefined) throw new NoPicture("broken");
    if (next === 0xff) at += 1;
    else if (next === 0 || (next >= RST0 && next <= RST7)) at += 2;
    else return at;
  }
}
