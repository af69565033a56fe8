# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who supports a campaign with a name, and what was posted elsewhere: whole in each language, and nothing in it that nobody sees (T05, T26)."""

from __future__ import annotations

import msgspec
import pytest

from ombuds.core.content import check_content, read_content, spoken
from ombuds.core.encoding import encode
from ombuds.core.errors import Malformed
from ombuds.core.terms import MOST_ELSEWHERE, MOST_NAMED, Elsewhere, Named
from tests.core import builders as b
from tests.core import campaigns as c
from tests.core.pictures import pictured, said

replaced = msgspec.structs.replace
PERSON = Named("Ilya Orlov", said("Retired captain"), said("I taught him to drive.\n\nHe is an honest man."), b.TODAY, 0)
POST = Elsewhere("Mastodon", "https://social.example/@ilya/1", "@ilya", b.TODAY, said("A badge on a table"), "https://archive.example/1")
CONTENT = pictured(c.CONTENT)


def beside(named: tuple[Named, ...] = (PERSON,), elsewhere: tuple[Elsewhere, ...] = (POST,)) -> object:
    """A campaign with these beside its wall."""
    return replaced(CONTENT, campaign=replaced(c.TERMS, named=named, elsewhere=elsewhere))


def test_they_are_part_of_the_signed_text() -> None:
    """A campaign with a named supporter and a post elsewhere reads back from its bytes."""
    assert read_content(encode(beside())) == beside()


def test_a_search_finds_whom_and_where() -> None:
    """The words that are searched have the name, the role, the quotation, the network, the credit and what the post shows."""
    words = set(spoken(beside()))  # type: ignore[arg-type]
    assert words >= {"Ilya Orlov", "Retired captain (en)", PERSON.quotation[0].text, "Mastodon", "@ilya", "A badge on a table (en)"}


def test_a_quotation_and_a_portrait_may_be_missing() -> None:
    """A name and a role are enough."""
    bare = beside((replaced(PERSON, quotation=(), portrait=None),))
    check_content(bare)  # type: ignore[arg-type]
    assert read_content(encode(bare)) == bare


@pytest.mark.parametrize(
    "named",
    [
        (replaced(PERSON, name=" "),),
        (replaced(PERSON, name="Ilya\u200bOrlov"),),
        (replaced(PERSON, role=()),),
        (replaced(PERSON, role=said("Captain", "ru")),),
        (replaced(PERSON, quotation=said("Words", "en", "ru")),),
        (replaced(PERSON, portrait=1),),
        (replaced(PERSON, portrait=-1),),
        (PERSON, replaced(PERSON, name="Somebody else")),
        (replaced(PERSON, portrait=None),) * (MOST_NAMED + 1),
    ],
    ids=["no name", "hidden sign", "no role", "other language", "too many languages", "no such picture", "below", "shared portrait", "too many"],
)
def test_a_named_supporter_is_whole(named: tuple[Named, ...]) -> None:
    """A name, words in each language, and a portrait of one's own among the pictures; anything else is refused."""
    with pytest.raises(Malformed):
        read_content(encode(beside(named=named)))


@pytest.mark.parametrize(
    "posts",
    [
        (replaced(POST, url="http://social.example/1"),),
        (replaced(POST, url="javascript:alert(1)"),),
        (replaced(POST, url="https://"),),
        (replaced(POST, url="https://a b"),),
        (replaced(POST, url="https://social.example/\u202e1"),),
        (replaced(POST, archive="ftp://archive.example/1"),),
        (replaced(POST, network=""),),
        (replaced(POST, credit=" "),),
        (replaced(POST, credit="@il\u2060ya"),),
        (replaced(POST, shows=()),),
        (replaced(POST, shows=said("Знак", "ru")),),
        (POST, replaced(POST, credit="somebody else")),
        tuple(replaced(POST, url=f"https://social.example/{number}") for number in range(MOST_ELSEWHERE + 1)),
    ],
)
def test_a_post_elsewhere_is_whole(posts: tuple[Elsewhere, ...]) -> None:
    """A post elsewhere has secure addresses, a network, a credit and words for who cannot see it, once; anything else is refused."""
    with pytest.raises(Malformed):
        read_content(encode(beside(elsewhere=posts)))
