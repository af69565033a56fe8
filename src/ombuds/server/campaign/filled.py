# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a supporter filled in, read from the fields of a form and checked against the campaign's terms.

What a person can put right is told in a sentence; what no form of ours sends is refused. It keeps and seals nothing. See
spec/site.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from unicodedata import category

from ombuds.core.errors import Malformed
from ombuds.core.hiding import check_seen
from ombuds.core.posts import BADGES, Post, PostPicture
from ombuds.core.said import Said
from ombuds.core.terms import LONGEST_SENTENCE, PostKind
from ombuds.core.words import LANGUAGES
from ombuds.pages.join_values import Typed
from ombuds.server.campaign.asked import Asked
from ombuds.server.campaign.refusals import CHANGED, EMPTY, TOO_LONG, UNSEEN, PostRefused
from ombuds.server.http.fields import Fields

OWN, MARKED = "own", "1"
# Of the drawn badges: twelve shapes, each in four colours.
SHAPES, COLOURS = 12, BADGES // 12
# Of a field that came back: enough for a sentence that is too long to be shown as it was typed.
LONGEST_TYPED = 2_000


@dataclass(frozen=True, repr=False)
class Filled:
    """A post as its supporter wants it, without its picture."""

    kind: PostKind
    badge: int | None
    sentence: Said
    shows: str
    rank: int | None
    region: int | None
    receipt: bool
    words_language: str

    def post(self, asked: Asked, picture: PostPicture | None = None) -> Post:
        """Return the post."""
        return Post(
            v=1,
            campaign=asked.campaign,
            version=asked.version,
            kind=self.kind,
            language=self.sentence.language,
            sentence=self.sentence.text,
            rank=self.rank,
            badge=self.badge,
            picture=picture,
            shows=self.shows if picture else "",
        )


def typed_in(fields: Fields) -> Typed:
    """Return what stands in a form, whatever it is."""
    return Typed(**{name: fields.one(name)[:LONGEST_TYPED] for name in Typed.__struct_fields__})


def filled(asked: Asked, typed: Typed, version: str) -> Filled:
    """Return a post that may be sent. Raises PostRefused for what can be put right, Malformed."""
    terms = asked.terms
    kind = next((known for known in terms.kinds if known == typed.kind), None)
    if kind is None:
        raise Malformed("this campaign has no posts of that kind")
    if version != str(asked.version):
        raise PostRefused(CHANGED, 409)
    rank, region = _place(typed.rank, len(terms.ranks)), _place(typed.region, len(terms.regions))
    badge = _badge(typed) if kind == "badge" else None
    chosen = typed.words_language if typed.words_language in LANGUAGES else "en"
    return Filled(kind, badge, _sentence(asked, typed), _line(typed.shows), rank, region, typed.receipt == MARKED, chosen)


def _sentence(asked: Asked, typed: Typed) -> Said:
    # What somebody wrote goes before what stood marked, as the form says.
    own = _line(typed.own)
    if own:
        return Said(asked.language, own)
    place = _place("" if typed.sentence == OWN else typed.sentence, len(asked.terms.offered))
    if place is None:
        raise PostRefused(EMPTY)
    return asked.said(asked.terms.offered[place])


def _line(text: str) -> str:
    """Return words as one line. Raises PostRefused."""
    line = " ".join(text.split())
    try:
        check_seen(Said("en", line))
    except Malformed:
        raise PostRefused(UNSEEN) from None
    if any(category(letter) in ("Cc", "Cs", "Co") for letter in line):
        raise PostRefused(UNSEEN)
    if len(line) > LONGEST_SENTENCE:
        raise PostRefused(TOO_LONG)
    return line


def _badge(typed: Typed) -> int:
    shape, colour = _place(typed.shape, SHAPES), _place(typed.colour, COLOURS)
    if shape is None or colour is None:
        raise Malformed("no such badge")
    return colour * SHAPES + shape


def _place(value: str, count: int) -> int | None:
    """Return a place in a list, or nothing if none was chosen. Raises Malformed."""
    if value == "":
        return None
    if value not in {str(place) for place in range(count)}:
        raise Malformed("not in the list")
    return int(value)
