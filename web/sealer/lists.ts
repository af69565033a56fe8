// SPDX-License-Identifier: AGPL-3.0-or-later
/** The lists of words that this bundle carries, by language. It reads and writes no words: core/words.ts does. See spec/words.md. */

import { Malformed } from "../core/errors.ts";
import { type WordList, wordList } from "../core/words.ts";
import { WORDS as ENGLISH } from "../core/wordlist_en.ts";
import { WORDS as RUSSIAN } from "../core/wordlist_ru.ts";

/** Every list, for words that may be of any language. */
export const LISTS: readonly WordList[] = [wordList("en", ENGLISH), wordList("ru", RUSSIAN)];

/** Return the list of a language. Raises Malformed for a language without one. */
export function listOf(language: string): WordList {
  const list = LISTS.find((each) => each.language === language);
  if (!list) throw new Malformed("no list of words in that language");
  return list;
}
