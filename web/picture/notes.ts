// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * What programs and agencies wrote beside a photograph: the notes of IPTC in Photoshop's blocks, and those of XMP.
 *
 * Its twin is src/ombuds/media/notes.py. Names and values are the file's own; every length in it may lie, what does not fit is
 * passed over, and nothing here throws. No document is built and no address is asked: XMP is read tag by tag, up to a limit. The
 * formats are IPTC IIM 4.2 and ISO 16684-1. See spec/browser.md.
 */

import { latin, number16, number32 } from "./kind.ts";
import type { Finding } from "./told.ts";

declare class TextDecoder {
  constructor(label: string);
  decode(content: Uint8Array): string;
}

const MOST_XMP = 65_536;
const [BLOCK, IPTC, THUMBNAILS] = [0x3842494d, 0x0404, new Set([0x0409, 0x040c])];
/** What a data set of IPTC (512 and its number in the second record) or a property of XMP (with its prefix) tells; the first that fits. */
const TELLS = {
  author: /59[27]|62[27]|63[04]|reator$|Author|Writer|Credit|:So|:Ci[ETU]/,
  copyright: /628|rights$/,
  location: /53[89]|60[247]|613|City$|State$|Country|ocation$/,
  description: /517|53[27]|617|632|title|description|Headl|subject/,
  person: /Person|-rs:N/, // others call a colour or a style Name, so that the prefix counts
  place: /GPSL/,
  date: /567|572|DateTimeO|DateC|CreateD/,
  changed: /ModifyD/,
  serial: /Serial/,
  owner: /Owner/,
  camera: /tiff:M/,
  software: /577|Tool$/,
  comment: /552|Instru|Comment/,
};
type Told = keyof typeof TELLS;
/** One tag behind its first sign, and the text behind it. */
const TAG = /^(\/?[\w.:-]+)([^>]*)>([^]*)/;
const ATTRIBUTE = /([\w.:-]{1,80})\s?=\s?(["'])(.*?)\2/g;

/** Return what Photoshop's blocks tell, from what stands behind the program's name. */
export function photoshop(content: Uint8Array): readonly Finding[] {
  const found: Finding[] = [];
  try {
    for (let at = 0; number32(content, at) === BLOCK; ) {
      // The kind, a name that is as long as it says and filled up to two bytes, then the length.
      const start = at + 11 + ((content[at + 6] ?? 0) | 1);
      const behind = start + number32(content, start - 4);
      const kind = number16(content, at + 4);
      if (kind === IPTC) iptc(content.subarray(start, behind), found);
      if (THUMBNAILS.has(kind)) found.push({ name: "thumbnail", value: "JPEG" });
      at = behind + ((behind - start) & 1);
    }
  } catch {
    // What lies about its length ends the reading; what was found stands.
  }
  return found;
}

/** Return what a packet of XMP tells; what stands before its first tag is passed over. */
export function xmp(content: Uint8Array): readonly Finding[] {
  const found: Finding[] = [];
  let inside = "";
  for (const piece of utf8(content.subarray(0, MOST_XMP)).split("<")) {
    const [, tag = "", rest = "", text = ""] = TAG.exec(piece) ?? [];
    if (named(tag)) inside = (tag + rest).match(/^\/|\/$/) ? "" : tag;
    for (const [, attribute = "", , value = ""] of rest.matchAll(ATTRIBUTE)) note(found, attribute, value);
    note(found, inside, text);
  }
  return found;
}

function note(found: Finding[], property: string, value: string): void {
  const name = named(property);
  if (name) found.push({ name, value });
}

function named(property: string): Told | undefined {
  return (Object.keys(TELLS) as Told[]).find((name) => TELLS[name].test(property));
}

/** The data sets of one block. Throws NoPicture behind the last. */
function iptc(content: Uint8Array, found: Finding[]): void {
  for (let at = 0; content[at] === 0x1c; ) {
    const behind = at + 5 + number16(content, at + 3);
    const inside = content.subarray(at + 5, behind);
    // Agencies write UTF-8 today and wrote one byte a letter before.
    const text = utf8(inside);
    if (behind <= content.length) note(found, `${number16(content, at + 1)}`, text.includes("\ufffd") ? latin(inside) : text);
    at = behind;
  }
}

function utf8(content: Uint8Array): string {
  return new TextDecoder("utf-8").decode(content);
}
