# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a cell says is read as if the worst had written it: every length, name and line is checked."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ombuds.media.answer import HEAD, LONGEST, LONGEST_SIDE, MOST_FINDINGS, NAMES, AnswerWrong, Drawn, Finding, line, read, write

SMALL = Drawn(2, 1, b"\x01\x02\x03\x04\x05\x06", (Finding("camera", "Acme"),), 1)


def packed(head: tuple[int, int, int, int, int, int], rest: bytes = b"123456") -> bytes:
    """An answer as no honest cell would write it."""
    return HEAD.pack(*head) + rest


def lines(text: bytes) -> bytes:
    """An answer with these bytes as its findings."""
    return packed((1, 0, 1, 2, 1, len(text)), text + b"123456")


WRONG = {
    "nothing": b"",
    "half a head": packed((1, 0, 1, 2, 1, 0))[:9],
    "another version": packed((2, 0, 1, 2, 1, 0)),
    "an outcome that is not listed": packed((1, 7, 1, 2, 1, 0)),
    "more pages than any document": packed((1, 0, 2**32 - 1, 2, 1, 0)),
    "no width": packed((1, 0, 1, 0, 1, 0), b""),
    "no height": packed((1, 0, 1, 2, 0, 0), b""),
    "too wide": packed((1, 0, 1, LONGEST_SIDE + 1, 1, 0), bytes(3 * LONGEST_SIDE + 3)),
    "too few points": packed((1, 0, 1, 2, 1, 0), b"12345"),
    "too many points": packed((1, 0, 1, 2, 1, 0), b"1234567"),
    "a refusal with points": packed((1, 1, 1, 2, 1, 0)),
    "findings longer than the answer": packed((1, 0, 1, 2, 1, 50)),
    "findings longer than any": packed((1, 0, 1, 2, 1, 2**32 - 1)),
    "longer than any answer": packed((1, 0, 1, 2, 1, 0), bytes(LONGEST)),
    "a finding of no kind": lines(b"password\tx\n"),
    "a finding without a value": lines(b"camera\t\n"),
    "a finding without an end": lines(b"camera\tx"),
    "a finding with a control character": lines(b"camera\tx\x1b[2J\n"),
    "a finding that turns the line around": lines("camera\ta\u202eb\n".encode()),
    "a finding that is too long": lines(b"camera\t" + b"x" * 301 + b"\n"),
    "too many findings": lines(b"camera\tx\n" * (MOST_FINDINGS + 1)),
    "findings that are no text": lines(b"camera\t\xff\n"),
}


def test_an_answer_is_read_as_it_was_written() -> None:
    """What an honest cell writes is what the desk reads."""
    assert read(write(SMALL)) == SMALL


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_answer_is_refused(name: str) -> None:
    """An answer that breaks one rule is no answer."""
    with pytest.raises(AnswerWrong):
        read(WRONG[name])


@given(st.binary(max_size=200))
def test_no_bytes_surprise_the_desk(content: bytes) -> None:
    """Whatever bytes come, they are an answer within the limits or none."""
    with suppress(AnswerWrong):
        assert len(read(content).points) <= len(content)


@given(st.sampled_from(NAMES), st.text())
def test_any_text_becomes_one_short_line(name: str, value: str) -> None:
    """Whatever a file says about itself, it is written as one line that the desk takes, or as none."""
    said = line(value)
    found = (Finding(name, said),) if said else ()
    assert read(write(SMALL._replace(findings=found))).findings == found
