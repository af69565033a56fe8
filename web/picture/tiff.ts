// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * Reads the few tags of EXIF that tell of a person, out of bytes that may lie about every length.
 *
 * Four directories are visited at most, each once, so that nothing can lead in a circle; what does not fit is passed over, and
 * nothing here throws. The format is TIFF 6.0 and EXIF 2.32. See spec/browser.md.
 */

declare class TextDecoder {
  constructor(label: string);
  decode(content: Uint8Array): string;
}

const MOST_ENTRIES = 512;
const MOST_BYTES = 2_400;
const [BYTE, ASCII, SHORT, LONG, RATIONAL, UNDEFINED] = [1, 2, 3, 4, 5, 7];
const SIZES: Readonly<Record<number, number>> = { [BYTE]: 1, [ASCII]: 1, [SHORT]: 2, [LONG]: 4, [RATIONAL]: 8, [UNDEFINED]: 1 };

interface Entry {
  readonly type: number;
  readonly count: number;
  /** Where the value begins; it lies inside the bytes as a whole, cut only by MOST_BYTES. */
  readonly at: number;
}

/** One directory: its tags, and where the next one begins. */
export class Directory {
  readonly #tiff: Tiff;
  readonly #entries: ReadonlyMap<number, Entry>;
  readonly next: number;

  constructor(tiff: Tiff, entries: ReadonlyMap<number, Entry>, next: number) {
    this.#tiff = tiff;
    this.#entries = entries;
    this.next = next;
  }

  /** Whether the tag is there. */
  has(tag: number): boolean {
    return this.#entries.has(tag);
  }

  /** Return a tag's text, or nothing. */
  text(tag: number): string {
    const entry = this.#entries.get(tag);
    if (!entry || (entry.type !== ASCII && entry.type !== BYTE && entry.type !== UNDEFINED)) return "";
    const content = this.#tiff.bytes.subarray(entry.at, entry.at + Math.min(entry.count, MOST_BYTES));
    if (entry.type === BYTE) return new TextDecoder("utf-16le").decode(content.subarray(0, content.length & ~1)); // as Windows writes it
    if (entry.type === ASCII) return new TextDecoder("utf-8").decode(content);
    return comment(content, this.#tiff.little);
  }

  /** Return a tag's numbers, or nothing when there are not exactly so many. */
  numbers(tag: number, many: number): readonly number[] {
    const entry = this.#entries.get(tag);
    if (!entry || entry.count !== many) return [];
    const at = (place: number): number => entry.at + place * (SIZES[entry.type] ?? 0);
    const value = (place: number): number => {
      if (entry.type === SHORT) return this.#tiff.number(at(place), 2);
      if (entry.type === LONG) return this.#tiff.number(at(place), 4);
      return this.#tiff.number(at(place), 4) / this.#tiff.number(at(place) + 4, 4);
    };
    const known = entry.type === SHORT || entry.type === LONG || entry.type === RATIONAL;
    const read = known ? Array.from({ length: many }, (_, place) => value(place)) : [];
    return read.every(Number.isFinite) ? read : [];
  }
}

/** The bytes of one EXIF block. */
export class Tiff {
  readonly bytes: Uint8Array;
  readonly little: boolean;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.little = bytes[0] === 0x49 && bytes[1] === 0x49;
  }

  /** Return the directory that the header names; without a header it is empty. */
  first(): Directory {
    const big = this.bytes[0] === 0x4d && this.bytes[1] === 0x4d;
    return this.directory((this.little || big) && this.number(2, 2) === 42 ? this.number(4, 4) : NaN);
  }

  /** Return the directory at a place; where there is none it is empty. */
  directory(at: number): Directory {
    const entries = new Map<number, Entry>();
    const many = this.number(at, 2);
    if (!(many <= MOST_ENTRIES) || at < 8) return new Directory(this, entries, NaN);
    for (let place = 0; place < many; place += 1) {
      const start = at + 2 + 12 * place;
      const [tag, type, count] = [this.number(start, 2), this.number(start + 2, 2), this.number(start + 4, 4)];
      const length = (SIZES[type] ?? NaN) * count;
      const value = length <= 4 ? start + 8 : this.number(start + 8, 4);
      if (value + length <= this.bytes.length && !entries.has(tag)) entries.set(tag, { type, count, at: value });
    }
    return new Directory(this, entries, this.number(at + 2 + 12 * many, 4));
  }

  /** Return a number of two or four bytes; outside of the bytes it is not a number. */
  number(at: number, size: 2 | 4): number {
    if (!Number.isInteger(at) || at < 0 || at + size > this.bytes.length) return NaN;
    let value = 0;
    for (let place = 0; place < size; place += 1) value = value * 256 + (this.bytes[at + (this.little ? size - 1 - place : place)] ?? 0);
    return value;
  }
}

/** A comment of a camera begins with the name of its alphabet, in eight bytes. */
function comment(content: Uint8Array, little: boolean): string {
  const alphabet = String.fromCharCode(...content.subarray(0, 8));
  if (alphabet === "UNICODE\0") return new TextDecoder(little ? "utf-16le" : "utf-16be").decode(content.subarray(8));
  return new TextDecoder("utf-8").decode(alphabet === "ASCII\0\0\0" ? content.subarray(8) : content);
}
