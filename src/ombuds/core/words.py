# SPDX-License-Identifier: AGPL-3.0-or-later
"""The twelve words of a source: 128 bits and a checksum of 4, written in one of the frozen lists.

The bits are the key, never the spelling, so the same inbox opens from any keyboard and any Unicode form. Nothing here
hashes or stores words, and a refusal repeats what was typed only to the person who typed it: never log its detail
(T01, T08). Source: the construction of BIP-39, without its passphrase step. See spec/words.md.
"""

from __future__ import annotations

import re
from functools import cache
from unicodedata import category, normalize

from ombuds.core.errors import Malformed, WordsChecksum, WordsCount, WordsMixed, WordUnknown
from ombuds.core.keys import random_bytes, sha256
from ombuds.core.wordlist_en import WORDS as ENGLISH
from ombuds.core.wordlist_ru import WORDS as RUSSIAN

LANGUAGES = ("en", "ru")
COUNT = 12
BITS_OF_A_WORD = 11
ENTROPY = 16
CHECK_BITS = 4
PREFIX = 4
LONGEST_TEXT = 4096
DIGITS = "0123456789"


@cache
def word_list(language: str) -> tuple[str, ...]:
    """Return the 2,048 words of a language, in order. Raises Malformed for a language without a list."""
    texts = {"en": ENGLISH, "ru": RUSSIAN}
    if language not in texts:
        raise Malformed("no list of words in that language")
    return tuple(texts[language].split())


@cache
def _places(language: str) -> dict[str, int]:
    """Where each word stands in its list, found by the whole word or by its first four letters."""
    words = word_list(language)
    return {word[:PREFIX]: place for place, word in enumerate(words)} | {word: place for place, word in enumerate(words)}


def new_entropy() -> bytes:
    """Return 16 fresh random bytes: a new inbox."""
    return random_bytes(ENTROPY)


def to_words(entropy: bytes, language: str) -> tuple[str, ...]:
    """Write 16 bytes as twelve words. Raises Malformed for another length or an unknown language."""
    if len(entropy) != ENTROPY:
        raise Malformed("twelve words stand for 16 bytes")
    bits = int.from_bytes(entropy, "big") << CHECK_BITS | _check(entropy)
    words = word_list(language)
    return tuple(words[bits >> BITS_OF_A_WORD * place & 2047] for place in reversed(range(COUNT)))


def read_words(text: str) -> bytes:
    """Read twelve words back into 16 bytes, whatever the list, case or spacing. Raises WordsCount, WordUnknown, WordsMixed, WordsChecksum."""
    typed = _typed(text)
    if len(typed) != COUNT:
        raise WordsCount(str(len(typed)))
    places = _places(_language(typed))
    bits = 0
    for word in typed:
        bits = bits << BITS_OF_A_WORD | places[word]
    entropy = (bits >> CHECK_BITS).to_bytes(ENTROPY, "big")
    if bits & (1 << CHECK_BITS) - 1 != _check(entropy):
        raise WordsChecksum
    return entropy


def _check(entropy: bytes) -> int:
    return sha256(entropy)[0] >> 8 - CHECK_BITS


def _typed(text: str) -> list[str]:
    """Cut the text into bare lower-case words: no accents, no dots over the yo, no numbers before a word, no punctuation."""
    if len(text) > LONGEST_TEXT:
        raise WordsCount
    # Marks (Mn) and invisible characters (Cf: soft hyphens, direction marks) come with copying, not with meaning.
    plain = "".join(c for c in normalize("NFKD", text).casefold() if category(c) not in ("Mn", "Cf"))
    return [word for token in re.findall(r"[^\W_]+", plain) if (word := token.strip(DIGITS))]


def _language(typed: list[str]) -> str:
    """Return the one list that has all the words. Raises WordUnknown, WordsMixed."""
    known = {language: [word in _places(language) for word in typed] for language in LANGUAGES}
    for language in LANGUAGES:
        if all(known[language]):
            return language
    language = max(LANGUAGES, key=lambda one: (sum(known[one]), _in_script(typed, one)))
    nowhere = [place for place in range(COUNT) if not any(known[one][place] for one in LANGUAGES)]
    if nowhere:
        raise WordUnknown("; ".join(_hint(place, typed[place], language) for place in nowhere))
    raise WordsMixed(", ".join(str(place + 1) for place in range(COUNT) if not known[language][place]))


def _in_script(typed: list[str], language: str) -> int:
    letters = frozenset("".join(word_list(language)))
    return sum(letter in letters for word in typed for letter in word)


def _hint(place: int, word: str, language: str) -> str:
    """Say which word looks wrong, and which one was meant if only one is a single slip away."""
    likely = [other for other in word_list(language) if _one_slip(word, other)]
    return f"{place + 1}: {word}" + (f" → {likely[0]}" if len(likely) == 1 else "")


def _one_slip(word: str, other: str) -> bool:
    """Say whether one letter more, less, changed or swapped with its neighbour makes one word the other."""
    if abs(len(word) - len(other)) > 1:
        return False
    start = next((place for place, (a, b) in enumerate(zip(word, other, strict=False)) if a != b), min(len(word), len(other)))
    left, right = word[start:], other[start:]
    swapped = len(left) > 1 and left[1::-1] + left[2:] == right
    return swapped or left[1:] == right[1:] or left[1:] == right or left == right[1:]
