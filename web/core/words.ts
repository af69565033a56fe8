// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * The twelve words of a source: 128 bits and a checksum of 4, written in one of the frozen lists.
 *
 * The bits are the key, never the spelling, so the same inbox opens from any keyboard and any Unicode form. Nothing here
 * hashes or stores words, and a refusal repeats what was typed only to the person who typed it (T01, T08). The lists are
 * handed in, because each weighs as much as a third of the rules and a page needs one. Source: the construction of BIP-39,
 * without its passphrase step. See spec/words.md.
 */

import { Malformed, WordsChecksum, WordsCount, WordsMixed, WordUnknown } from "./errors.ts";
import { type Bytes, randomBytes, sha256 } from "./keys.ts";

export const COUNT = 12;
const ENTROPY = 16;
const LONG = 11;
const CHECK_BITS = 4;
const PREFIX = 4;
const LONGEST_TEXT = 4096;

/** The 2,048 words of a language, in order, and where each stands, by the whole word or by its first four letters. */
export interface WordList {
  readonly language: string;
  readonly words: readonly string[];
  readonly places: ReadonlyMap<string, number>;
}

/**
 * Return the list of a language from its text, as wordlist_en.ts and wordlist_ru.ts have it: of each word how many letters it
 * shares with the last, and the rest.
 */
export function wordList(language: string, text: string): WordList {
  let last = "";
  const words = [...text.matchAll(/(\d)(\D+)/g)].map(([, same, rest = ""]) => (last = last.slice(0, Number(same)) + rest));
  const begun = words.map((word, place) => [word.slice(0, PREFIX), place] as const);
  return { language, words, places: new Map([...begun, ...words.map((word, place) => [word, place] as const)]) };
}

/** Return 16 fresh random bytes: a new inbox. */
export function newEntropy(): Bytes {
  return randomBytes(ENTROPY);
}

/** Write 16 bytes as twelve words. Raises Malformed for another length. */
export function toWords(entropy: Uint8Array, list: WordList): readonly string[] {
  if (entropy.length !== ENTROPY) throw new Malformed("twelve words stand for 16 bytes");
  const bits = (bigOf(entropy) << BigInt(CHECK_BITS)) | BigInt(checkOf(entropy));
  return Array.from({ length: COUNT }, (_, place) => list.words[Number((bits >> BigInt(LONG * (COUNT - 1 - place))) & 2047n)] ?? "");
}

/** Read twelve words back into 16 bytes, whatever the list, case or spacing. Raises WordsCount, WordUnknown, WordsMixed, WordsChecksum. */
export function readWords(text: string, lists: readonly WordList[]): Bytes {
  const typed = typedIn(text);
  if (typed.length !== COUNT) throw new WordsCount(String(typed.length));
  const { places } = listOf(typed, lists);
  const bits = typed.reduce((sum, word) => (sum << BigInt(LONG)) | BigInt(places.get(word) ?? 0), 0n);
  const entropy = Uint8Array.from({ length: ENTROPY }, (_, place) => Number((bits >> BigInt(CHECK_BITS + 8 * (ENTROPY - 1 - place))) & 255n));
  if (Number(bits & 15n) !== checkOf(entropy)) throw new WordsChecksum();
  return entropy;
}

function checkOf(entropy: Uint8Array): number {
  return (sha256(entropy)[0] ?? 0) >> (8 - CHECK_BITS);
}

function bigOf(bytes: Uint8Array): bigint {
  return bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
}

/** Cut the text into bare lower-case words: no accents, no dots over the yo, no numbers before a word, no punctuation. */
function typedIn(text: string): readonly string[] {
  if ([...text].length > LONGEST_TEXT) throw new WordsCount();
  // Marks (Mn) and invisible characters (Cf: soft hyphens, direction marks) come with copying, not with meaning.
  const plain = folded(text.normalize("NFKD")).replace(/[\p{Mn}\p{Cf}]/gu, "");
  return (plain.match(/[\p{L}\p{N}]+/gu) ?? []).map((word) => word.replace(/^[0-9]+|[0-9]+$/g, "")).filter(Boolean);
}

/** Lower case in which letters that differ by case alone are one: what lower-casing leaves apart is named here. */
function folded(text: string): string {
  return text.toLowerCase().replace(/ß/g, "ss").replace(/ς/g, "σ");
}

/** Return the one list that has all the words. Raises WordUnknown, WordsMixed. */
function listOf(typed: readonly string[], lists: readonly WordList[]): WordList {
  const whole = lists.find((list) => typed.every((word) => list.places.has(word)));
  if (whole) return whole;
  const known = (list: WordList): number => typed.filter((word) => list.places.has(word)).length;
  const likely = [...lists].sort((a, b) => known(b) - known(a) || inScript(typed, b) - inScript(typed, a))[0];
  if (!likely) throw new Malformed("no list of words");
  const nowhere = typed.flatMap((word, place) => (lists.some((list) => list.places.has(word)) ? [] : [hint(place, word, likely)]));
  if (nowhere.length) throw new WordUnknown(nowhere.join("; "));
  throw new WordsMixed(typed.flatMap((word, place) => (likely.places.has(word) ? [] : [place + 1])).join(", "));
}

function inScript(typed: readonly string[], list: WordList): number {
  const letters = new Set(list.words.join(""));
  return [...typed.join("")].filter((letter) => letters.has(letter)).length;
}

/** Say which word looks wrong, and which one was meant if only one is a single slip away. */
function hint(place: number, word: string, list: WordList): string {
  const likely = list.words.filter((other) => oneSlip(word, other));
  return `${place + 1}: ${word}${likely.length === 1 ? ` → ${likely[0]}` : ""}`;
}

/** Say whether one letter more, less, changed or swapped with its neighbour makes one word the other. */
function oneSlip(word: string, other: string): boolean {
  if (Math.abs(word.length - other.length) > 1) return false;
  let start = 0;
  while (start < Math.min(word.length, other.length) && word[start] === other[start]) start += 1;
  const [left, right] = [word.slice(start), other.slice(start)];
  const swapped = left.length > 1 && `${left[1]}${left[0]}${left.slice(2)}` === right;
  return swapped || left.slice(1) === right.slice(1) || left.slice(1) === right || left === right.slice(1);
}
