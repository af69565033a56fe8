# SPDX-License-Identifier: AGPL-3.0-or-later
"""The browser's reader of JSON takes and refuses what Python's does: two readers never see two messages (T19)."""

from __future__ import annotations

import base64
import random
from datetime import date
from functools import cache
from typing import Annotated, Literal

import msgspec
import pytest

from ombuds.core.encoding import decode_canonical, encode
from ombuds.core.errors import Malformed
from tests.core.test_encoding import OTHER_SPELLINGS, UNREADABLE
from tests.web.browser import Job, Told, asked, told


class Inner(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A struct inside another."""

    word: Literal["a", "b"]


class Sample(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One field of each type; web/test/vectors.ts has its twin."""

    v: Literal[1]
    text: str
    number: int
    flag: bool
    on: date
    raw: bytes
    name: Annotated[str, msgspec.Meta(pattern=r"^[a-z]{1,8}\Z")]
    items: Annotated[tuple[Annotated[str, msgspec.Meta(max_length=3)], ...], msgspec.Meta(max_length=2)]
    inner: Inner | None
    late: Annotated[int, msgspec.Meta(ge=0, le=9)] = 3


GOOD = encode(Sample(1, "Да\n\"\\\x7f\x01\u2028👮/", 2**53 - 1, True, date(2024, 2, 29), b"\x00\xff", "anna", ("👮👮👮", ""), Inner("a")))
# What somebody puts in another's place, to be read in two ways.
BITS = [
    b"", b" ", b"\t", b'"', b"\\", b"{", b"}", b"[", b"]", b",", b":", b"0", b"-", b"1", b"9", b".", b"e", b"true", b"null", b"\xff", b"\xef\xbb\xbf", b"\x00",
    b"\\u0061", b"\\ud83d", b"\\/", b'"v":1,', b"==", b"=", b"A", b"/", b"+", b"2023-02-29", b"0000-01-01", b"9007199254740992", b"-0", b"abcd",
    "👮".encode(), b'"late":3', b"\\n", b"NaN", b"//", b"\xc3", b"\xed\xa0\x80", b"\n",
]  # fmt: skip


BAD = {**UNREADABLE, **OTHER_SPELLINGS}


@cache
def _bad_answers() -> dict[str, list[str]]:
    inside = (GOOD.replace(b'"late":3', b'"late":' + bad) for bad in BAD.values())
    answers = [answer.fails for answer in asked(map(_job, (*BAD.values(), *inside)))]
    return {name: [answers[at], answers[at + len(BAD)]] for at, name in enumerate(BAD)}


def _job(content: bytes) -> Job:
    return {"do": "json", "content": base64.b64encode(content).decode()}


def _python(content: bytes) -> Told:
    try:
        return Told(base64.b64encode(encode(decode_canonical(content, Sample))).decode())
    except Malformed:
        return Told(fails="Malformed")


def _changed(seed: int) -> bytes:
    """Return the good bytes after one to three changes."""
    draw, content = random.Random(seed), GOOD
    for _ in range(draw.randint(1, 3)):
        start = draw.randrange(len(content) + 1)
        content = content[:start] + draw.choice(BITS) + content[start + draw.choice((0, 0, 1, 1, 2, 5)) :]
    return content


def test_a_good_message_is_read_and_written_the_same() -> None:
    """A struct with every type is read and written back byte for byte."""
    assert told("json", content=_job(GOOD)["content"]) == _python(GOOD)


def test_changed_messages_are_judged_alike() -> None:
    """Of five thousand changed messages both readers take the same ones, and read the same from them."""
    changed = [_changed(seed) for seed in range(5_000)]
    answers = [answer._replace(detail="") for answer in asked(map(_job, changed))]
    assert [content for content, answer in zip(changed, answers, strict=True) if answer != _python(content)] == []


@pytest.mark.parametrize("name", BAD)
def test_what_python_refuses_is_refused(name: str) -> None:
    """Whatever the reader in Python is known to refuse is malformed here as well, by itself and inside a good message."""
    assert _bad_answers()[name] == ["Malformed", "Malformed"]


@pytest.mark.parametrize("day", ["2024-02-29", "2023-02-28", "2000-02-29", "0001-01-01", "9999-12-31", "1900-02-28"])
def test_every_day_of_the_calendar_is_a_day(day: str) -> None:
    """Days at the edges of the calendar are read."""
    content = GOOD.replace(b"2024-02-29", day.encode())
    assert told("json", content=_job(content)["content"]) == _python(content) != Told(fails="Malformed")


@pytest.mark.parametrize("day", ["2023-02-29", "1900-02-29", "2024-13-01", "2024-00-01", "2024-01-00", "2024-04-31", "0000-01-01", "2024-1-1", "2024-02-29T00"])
def test_no_other_day_is_one(day: str) -> None:
    """Days that no calendar has are malformed in both languages."""
    content = GOOD.replace(b"2024-02-29", day.encode())
    assert (told("json", content=_job(content)["content"]).fails, _python(content).fails) == ("Malformed", "Malformed")


def test_a_refusal_repeats_nothing_of_the_content() -> None:
    """No word that somebody sent stands in the detail of a refusal."""
    canary = [GOOD[:-1] + b',"canary":1}', GOOD.replace(b'"anna"', b'"canary canary"'), b'"canary"', GOOD.replace(b"2024-02-29", b"canary")]
    assert ["canary" in answer.detail for answer in asked(map(_job, canary))] == [False] * 4
