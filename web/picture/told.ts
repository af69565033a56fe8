// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * What a photograph would have told about the person who took it: place, day, telephone, serial number, owner, and the rest.
 *
 * The names are those of the desk's findings (src/ombuds/media/answer.py). Values are the file's own words, cut to one line; the
 * page shows them as text. Nothing here throws for what a file says of itself. See spec/browser.md.
 */

import { type Chunk, headOf, walkChunks } from "./chunks.ts";
import { kindOf, latin } from "./kind.ts";
import { photoshop, xmp } from "./notes.ts";
import { APP1, APP13, APP2, begins, COM, frameOf, walk } from "./segments.ts";
import { type Directory, Tiff } from "./tiff.ts";

declare class TextDecoder {
  constructor(label: string);
  decode(content: Uint8Array): string;
}

export type Name =
  | "size" | "camera" | "software" | "author" | "copyright" | "description" | "changed" | "date" | "lens" | "serial" | "owner"
  | "comment" | "place" | "location" | "person" | "thumbnail" | "maker" | "profile" | "xmp" | "behind";

export interface Finding {
  readonly name: Name;
  readonly value: string;
}

const LONGEST_VALUE = 300;
const MOST_FINDINGS = 60;
const MOST_READ = 2_400;
const [EXIF_AT, GPS_AT, ORIENTATION, THUMBNAIL, MAKER] = [0x8769, 0x8825, 0x0112, 0x0201, 0x927c];
const FIELDS: readonly (readonly [Name, readonly number[]])[] = [
  ["camera", [0x010f, 0x0110]], ["software", [0x0131]], ["author", [0x013b]], ["author", [0x9c9d]], ["copyright", [0x8298]], ["description", [0x010e]],
  ["description", [0x9c9b]], ["description", [0x9c9f]], ["description", [0x9c9e]], ["changed", [0x0132]], ["comment", [0x9c9c]],
];
const INNER: readonly (readonly [Name, readonly number[]])[] = [
  ["date", [0x9003, 0x9011]], ["lens", [0xa434]], ["serial", [0xa431]], ["serial", [0xa435]], ["owner", [0xa430]], ["comment", [0x9286]],
];

/** What stands in a file beside its points. */
interface Beside {
  readonly width: number;
  readonly height: number;
  readonly exif: Directory | null;
  readonly tiff: Tiff | null;
  readonly findings: readonly Finding[];
}

/** Return what a file tells. Throws NoPicture when it is none that is handled here. */
export function told(file: Uint8Array): readonly Finding[] {
  const { width, height, exif, tiff, findings } = beside(file);
  const found: Finding[] = [{ name: "size", value: `${width} x ${height}` }];
  if (exif && tiff) {
    const inner = tiff.directory(exif.numbers(EXIF_AT, 1)[0] ?? NaN);
    found.push(...fields(exif, FIELDS), ...fields(inner, INNER));
    found.push({ name: "place", value: place(tiff.directory(exif.numbers(GPS_AT, 1)[0] ?? NaN)) });
    found.push({ name: "thumbnail", value: tiff.directory(exif.next).has(THUMBNAIL) ? "JPEG" : "" });
    found.push({ name: "maker", value: inner.has(MAKER) ? "yes" : "" });
  }
  // Cameras and programs write the same in three places; it is told once.
  const lines = new Map([...found, ...findings].map(({ name, value }) => [name + line(value), { name, value: line(value) }]));
  return [...lines.values()].filter(({ value }) => value).slice(0, MOST_FINDINGS);
}

/** Return how the camera was held, 1 to 8 as EXIF counts; 1 where the file does not say. */
export function orientation(file: Uint8Array): number {
  const [held = 1] = beside(file).exif?.numbers(ORIENTATION, 1) ?? [];
  return held >= 1 && held <= 8 ? held : 1;
}

function beside(file: Uint8Array): Beside {
  return kindOf(file) === "jpeg" ? besideJpeg(file) : besidePng(file);
}

function besideJpeg(file: Uint8Array): Beside {
  const { segments, end } = walk(file);
  const findings: Finding[] = [];
  let [tiff, profile, packed]: [Tiff | null, number, number] = [null, 0, 0];
  for (const { marker, content } of segments) {
    if (marker === APP1 && begins(content, "Exif\0\0")) tiff ??= new Tiff(content.subarray(6));
    else if (marker === APP1 && begins(content, "http://ns.adobe.com/x")) {
      packed += content.length;
      if (findings.length < MOST_FINDINGS) findings.push(...xmp(content)); // a file may hold thousands
    } else if (marker === APP13 && begins(content, "Photoshop 3.0\0")) findings.push(...photoshop(content.subarray(14)));
    else if (marker === APP2 && begins(content, "ICC_PROFILE\0")) profile += content.length - 14;
    else if (marker === COM) findings.push({ name: "comment", value: utf8(content) });
  }
  if (profile > 0) findings.push({ name: "profile", value: `${profile}` });
  if (packed > 0) findings.push({ name: "xmp", value: `${packed}` });
  return { ...frameOf(segments), tiff, exif: tiff?.first() ?? null, findings: [...behind(file, end), ...findings] };
}

function besidePng(file: Uint8Array): Beside {
  const { chunks, end } = walkChunks(file);
  const exif = chunks.find((chunk) => chunk.name === "eXIf");
  const tiff = exif ? new Tiff(exif.content) : null;
  return { ...headOf(chunks), tiff, exif: tiff?.first() ?? null, findings: [...chunks.flatMap(ofChunk), ...behind(file, end)] };
}

function ofChunk({ name, content }: Chunk): readonly Finding[] {
  if (name === "iCCP") return [{ name: "profile", value: `${content.length}` }];
  if (name !== "tEXt" && name !== "iTXt" && name !== "zTXt") return [];
  const split = content.indexOf(0);
  const key = latin(content.subarray(0, Math.min(Math.max(split, 0), 79)));
  const rest = content.subarray(split + 1, split + 1 + MOST_READ);
  // What is packed is not unpacked here: that it is there is enough to know.
  const packed = name === "zTXt" || (name === "iTXt" && rest[0] === 1);
  const text = packed ? "yes" : name === "tEXt" ? utf8(rest) : international(rest.subarray(2));
  if (key === "XML:com.adobe.xmp") return [{ name: "xmp", value: `${content.length}` }, ...(packed ? [] : xmp(content))];
  return [{ name: "comment", value: `${key}: ${text}` }];
}

/** Behind the language and the translated key stands the text itself. */
function international(rest: Uint8Array): string {
  const language = rest.indexOf(0);
  const key = rest.indexOf(0, language + 1);
  return language < 0 || key < 0 ? "" : utf8(rest.subarray(key + 1));
}

function behind(file: Uint8Array, end: number): readonly Finding[] {
  return end < file.length ? [{ name: "behind", value: `${file.length - end}` }] : [];
}

function fields(directory: Directory, wanted: typeof FIELDS): Finding[] {
  return wanted.map(([name, tags]) => ({ name, value: tags.map((tag) => line(directory.text(tag))).join(" ") }));
}

function place(gps: Directory): string {
  const [north, east] = [degrees(gps.numbers(2, 3)), degrees(gps.numbers(4, 3))];
  if (north === null || east === null) return "";
  const sign = (tag: number, letter: string): number => (gps.text(tag).startsWith(letter) ? -1 : 1);
  return `${(north * sign(1, "S")).toFixed(6)}, ${(east * sign(3, "W")).toFixed(6)}`;
}

function degrees(parts: readonly number[]): number | null {
  const [whole, minutes, seconds] = parts;
  return whole === undefined || minutes === undefined || seconds === undefined ? null : whole + minutes / 60 + seconds / 3600;
}

function utf8(content: Uint8Array): string {
  return new TextDecoder("utf-8").decode(content.subarray(0, MOST_READ));
}

/** Return any text as one short line without control and format characters. */
function line(text: string): string {
  return [...text.replace(/[\p{C}\p{Z}]+/gu, " ").trim()].slice(0, LONGEST_VALUE).join("").trim();
}
