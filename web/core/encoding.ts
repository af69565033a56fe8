// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * The one form in which ombuds writes a value as bytes, and the only parser of untrusted JSON.
 *
 * Canonical form: UTF-8 JSON without spaces, fields in the order of the struct, integers below 2^53, no floats. Reading is
 * strict: unknown fields, duplicate fields (T19: other parsers keep the last one, so two readers would see two messages),
 * large integers and wrong types are refused. Signed bytes are never re-encoded before checking. A struct is described by a
 * `Kind`, because types are gone when a program runs. See spec/encoding.md.
 */

import { base64 } from "@scure/base";
import { Malformed, OmbudsError } from "./errors.ts";
import { type Bytes, type Day, ordinalOf, same, utf8 } from "./keys.ts";

declare class TextDecoder {
  constructor(label: string, how: { fatal: boolean; ignoreBOM: boolean });
  decode(content: Uint8Array): string;
}

const DEEPEST = 64;
const ANY = /^/;
const BLANK = /^[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]*$/;
const HALF = /\p{Surrogate}/u;
const LONGEST_NUMBER = 17;

/** What a piece of JSON says; fields in a map, because an object of the language knows names that nobody sent. */
type Json = null | boolean | number | string | readonly Json[] | ReadonlyMap<string, Json>;

/** How one type of value is read and written. A field with a fallback may be missing. */
export interface Kind<T> {
  read(said: Json, at: string): T;
  write(value: T): string;
  readonly fallback?: { readonly value: T };
}

/** The type that a kind reads. */
export type Of<K> = K extends Kind<infer T> ? T : never;

/** Return the canonical bytes of a struct. Raises Malformed for a text that cannot be written. */
export function encode<T>(value: T, kind: Kind<T>): Bytes {
  return utf8(kind.write(value));
}

/** Read one struct from canonical JSON. Raises Malformed, with what is wrong but never with the content. */
export function decode<T>(content: Uint8Array, kind: Kind<T>): T {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(content);
  } catch {
    throw new Malformed("not JSON");
  }
  return kind.read(new Parser(text).whole(), "$");
}

/** Read one struct and refuse any spelling but the canonical one. Raises Malformed. */
export function decodeCanonical<T>(content: Uint8Array, kind: Kind<T>): T {
  const value = decode(content, kind);
  if (!same(encode(value, kind), content)) throw new Malformed("not in canonical form");
  return value;
}

/** Whether there is nothing to read in a text. Python and browsers do not agree on what is a space, so the spaces stand here. */
export function blank(value: string): boolean {
  return BLANK.test(value);
}

/** A struct with these fields, in this order. */
export function struct<F extends Record<string, Kind<unknown>>>(fields: F): Kind<{ readonly [N in keyof F]: Of<F[N]> }> {
  type Value = { readonly [N in keyof F]: Of<F[N]> };
  const kinds = Object.entries(fields);
  return {
    read(said, at) {
      if (!isFields(said) || [...said.keys()].some((name) => !Object.hasOwn(fields, name))) throw wrong(at);
      return Object.freeze(Object.fromEntries(kinds.map(([name, kind]) => [name, readField(said.get(name), kind, `${at}.${name}`)]))) as Value;
    },
    write: (value) => `{${kinds.map(([name, kind]) => `${JSON.stringify(name)}:${kind.write(value[name])}`).join(",")}}`,
  };
}

/** A text, of a pattern or between two lengths in characters if they are given. */
export function text(pattern: RegExp = ANY, least = 0, most = Infinity): Kind<string> {
  return {
    read(said, at) {
      if (typeof said !== "string" || !pattern.test(said) || !between(lengthIn(said), least, most)) throw wrong(at);
      return said;
    },
    write(value) {
      // Half a character cannot be written in UTF-8: it would silently become another one.
      if (HALF.test(value)) throw new Malformed("a text that is not well-formed");
      return JSON.stringify(value);
    },
  };
}

/** A whole number below 2^53, between two others if they are given. */
export function whole(least = -Infinity, most = Infinity): Kind<number> {
  return simple((said) => typeof said === "number" && between(said, least, most), String);
}

/** True or false. */
export const flag: Kind<boolean> = simple((said) => typeof said === "boolean", String);

/** One of a few texts or numbers. */
export function oneOf<const V extends string | number>(...values: readonly V[]): Kind<V> {
  return simple((said) => values.includes(said as V), JSON.stringify);
}

/** A day, such as 2026-11-25. */
export const day: Kind<Day> = {
  read(said, at) {
    if (typeof said !== "string") throw wrong(at);
    ordinalOf(said);
    return said;
  },
  write: (value) => JSON.stringify(value),
};

/** Bytes, in base64 with padding. */
export const bytes: Kind<Bytes> = {
  read(said, at) {
    try {
      return new Uint8Array(base64.decode(said as string));
    } catch {
      throw wrong(at);
    }
  },
  write: (value) => `"${base64.encode(value)}"`,
};

/** A list of one kind, no longer than a length if one is given. */
export function list<T>(kind: Kind<T>, most = Infinity): Kind<readonly T[]> {
  return {
    read(said, at) {
      if (!isItems(said) || said.length > most) throw wrong(at);
      return Object.freeze(said.map((each) => kind.read(each, `${at}[...]`)));
    },
    write: (value) => `[${value.map((each) => kind.write(each)).join(",")}]`,
  };
}

/** Something, or nothing. */
export function maybe<T>(kind: Kind<T>): Kind<T | null> {
  return { read: (said, at) => (said === null ? null : kind.read(said, at)), write: (value) => (value === null ? "null" : kind.write(value)) };
}

/** A field that may be missing, and what it says then. */
export function missing<T>(kind: Kind<T>, value: T): Kind<T> {
  return { read: kind.read, write: kind.write, fallback: { value } };
}

function simple<T extends string | number | boolean>(fits: (said: unknown) => boolean, write: (value: T) => string): Kind<T> {
  return {
    read(said, at) {
      if (!fits(said)) throw wrong(at);
      return said as T;
    },
    write,
  };
}

function between(value: number, least: number, most: number): boolean {
  return least <= value && value <= most;
}

/** Characters, not halves of them: the other readers count so. */
function lengthIn(value: string): number {
  return [...value].length;
}

function isFields(said: Json): said is ReadonlyMap<string, Json> {
  return said instanceof Map;
}

function isItems(said: Json): said is readonly Json[] {
  return Array.isArray(said);
}

function readField(said: Json | undefined, kind: Kind<unknown>, at: string): unknown {
  if (said !== undefined) return kind.read(said, at);
  if (!kind.fallback) throw wrong(at);
  return kind.fallback.value;
}

function wrong(at: string): OmbudsError {
  // The path names our own fields only.
  return new Malformed(at === "$" ? "another kind of message" : `at ${at}`);
}

/** Reads JSON and refuses what two readers might read in two ways. */
class Parser {
  readonly #text: string;
  #at = 0;

  constructor(content: string) {
    this.#text = content;
  }

  /** Return the one value that the text holds. Raises Malformed. */
  whole(): Json {
    const said = this.#value(0);
    this.#skip();
    if (this.#at !== this.#text.length) throw new Malformed("not JSON");
    return said;
  }

  #value(depth: number): Json {
    if (depth > DEEPEST) throw new Malformed("not JSON");
    this.#skip();
    const first = this.#text[this.#at];
    if (first === "{") return this.#fields(depth);
    if (first === "[") return this.#items(depth);
    if (first === '"') return this.#string();
    for (const [word, value] of [["null", null], ["true", true], ["false", false]] as const) {
      if (this.#text.startsWith(word, this.#at)) {
        this.#at += word.length;
        return value;
      }
    }
    return this.#number();
  }

  #fields(depth: number): ReadonlyMap<string, Json> {
    const fields = new Map<string, Json>();
    this.#row("}", () => {
      const name = this.#string();
      if (fields.has(name)) throw new Malformed("a field stands twice");
      if (!this.#took(":")) throw new Malformed("not JSON");
      fields.set(name, this.#value(depth + 1));
    });
    return fields;
  }

  #items(depth: number): readonly Json[] {
    const items: Json[] = [];
    this.#row("]", () => items.push(this.#value(depth + 1)));
    return items;
  }

  #row(end: string, each: () => void): void {
    this.#at += 1;
    if (this.#took(end)) return;
    do {
      this.#skip();
      each();
    } while (this.#took(","));
    if (!this.#took(end)) throw new Malformed("not JSON");
  }

  #string(): string {
    let end = this.#at;
    if (this.#text[end] !== '"') throw new Malformed("not JSON");
    do {
      end = this.#text.indexOf('"', end + 1);
      if (end < 0) throw new Malformed("not JSON");
    } while (this.#escaped(end));
    const literal = this.#text.slice(this.#at, end + 1);
    this.#at = end + 1;
    let value: unknown;
    try {
      value = JSON.parse(literal);
    } catch {
      throw new Malformed("not JSON");
    }
    if (typeof value !== "string" || (literal.includes("\\u") && HALF.test(value))) throw new Malformed("not JSON");
    return value;
  }

  #escaped(quote: number): boolean {
    let before = quote;
    while (this.#text[before - 1] === "\\") before -= 1;
    return (quote - before) % 2 === 1;
  }

  #number(): number {
    const found = /^(-?(?:0|[1-9][0-9]*))(\.[0-9]+)?([eE][-+]?[0-9]+)?/.exec(this.#text.slice(this.#at, this.#at + 400));
    if (!found) throw new Malformed("not JSON");
    const [whole, digits = "", ...parts] = found;
    if (parts.some((part) => part !== undefined)) throw new Malformed("a number is not an integer");
    if (digits.length > LONGEST_NUMBER || !Number.isSafeInteger(Number(digits))) throw new Malformed("a number is too large");
    this.#at += whole.length;
    return Number(digits) + 0;
  }

  #took(mark: string): boolean {
    this.#skip();
    if (this.#text[this.#at] !== mark) return false;
    this.#at += 1;
    return true;
  }

  #skip(): void {
    while (" \t\n\r".includes(this.#text[this.#at] ?? "?")) this.#at += 1;
  }
}
