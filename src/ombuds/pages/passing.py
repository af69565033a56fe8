# SPDX-License-Identifier: AGPL-3.0-or-later
"""Texts with which a campaign is passed on: one for each kind of network, of the desk's own words, cut to what fits there.

A text is title, what is asked, address and hashtags, and the same for everybody: nothing in it tells who took it. Whole
sentences are left out before a word is cut. See spec/cards.md.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from ombuds.pages.languages import mark

SENTENCE = re.compile(r".*?[.!?…؟](?=\s|\Z)", re.DOTALL)
MOST_TAGS = 4
SHORT = 120
"""As long as a sentence may be that stands on a sign."""


class Network(NamedTuple):
    """Networks that take the same text: how its file is called, their names, its most letters, and whether an address can be pressed there."""

    name: str
    title: str
    most: int
    links: bool = True


NETWORKS = (
    Network("x-bluesky", mark("X and Bluesky"), 280),
    Network("mastodon", mark("Mastodon"), 500),
    Network("telegram", mark("Telegram"), 1_024),
    Network("vk-facebook", mark("VK and Facebook"), 2_000),
    Network("instagram", mark("Instagram, where an address cannot be pressed"), 2_000, links=False),
)


class Saying(NamedTuple):
    """What there is to say in one language: the last three may be empty."""

    title: str
    tags: tuple[str, ...]
    address: str = ""
    summary: str = ""
    statement: str = ""


def told(saying: Saying, network: Network) -> str:
    """Return the text for a network, with as much of what is said as fits."""
    tags = " ".join(saying.tags[:MOST_TAGS])
    address = saying.address if network.links else ""
    first = first_sentence(saying.statement)
    for middle in (_joined(saying.summary, saying.statement), saying.statement, _joined(saying.summary, first), first, saying.summary, ""):
        text = _joined(saying.title, middle, address, tags)
        if length(text) <= network.most:
            return text
    for end in ((address, tags), (address, saying.tags[0]), (address,)):
        room = network.most - length(_joined("", *end)) - 3
        if room >= SHORT // 2:
            return _joined(_cut(saying.title, room), *end)
    return _cut(saying.title, network.most)


def short_form(saying: Saying) -> str:
    """Return what stands on a sign: the statement's first sentence where it is short, else the title."""
    first = first_sentence(saying.statement)
    return first if 0 < len(first) <= SHORT else saying.title


def first_sentence(text: str) -> str:
    """Return how a text begins, up to the end of its first sentence."""
    found = SENTENCE.match(text.strip())
    return " ".join((found[0] if found else text).split())


def length(text: str) -> int:
    """Return how long a text counts where this is counted most strictly: a letter outside of the alphabets counts twice."""
    return sum(1 if ord(letter) < 0x1100 or 0x2000 <= ord(letter) <= 0x2037 else 2 for letter in text)


def _joined(*parts: str) -> str:
    return "\n\n".join(filter(None, parts))


def _cut(text: str, room: int) -> str:
    fits = next((end for end in range(len(text), 0, -1) if length(text[:end]) + 1 <= room), 0)
    return text if length(text) <= room else (text[:fits].rpartition(" ")[0] or text[:fits]) + "…"
