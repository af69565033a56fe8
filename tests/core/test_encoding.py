# SPDX-License-Identifier: AGPL-3.0-or-later
"""One spelling for each value, and a reader that refuses whatever another reader could read differently (T19)."""

from __future__ import annotations

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ombuds.core.encoding import LARGEST, convert, decode, decode_canonical, encode
from ombuds.core.errors import Malformed


class Inner(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A struct inside another."""

    n: int


class Sample(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One field of each type that the messages use."""

    n: int
    text: str
    raw: bytes
    inner: tuple[Inner, ...]


TEXT = st.text(st.characters(codec="utf-8"))
SAMPLES = st.builds(Sample, st.integers(-LARGEST, LARGEST), TEXT, st.binary(), st.lists(st.builds(Inner, st.integers(0, 9))).map(tuple))
GOOD = b'{"n":1,"text":"a","raw":"QQ==","inner":[{"n":2}]}'

UNREADABLE = {
    "a field twice": b'{"n":1,"n":2,"text":"a","raw":"QQ==","inner":[]}',
    "a field twice, once escaped": b'{"n":1,"\\u006e":2,"text":"a","raw":"QQ==","inner":[]}',
    "an inner field twice": b'{"n":1,"text":"a","raw":"QQ==","inner":[{"n":2,"n":3}]}',
    "an unknown field": b'{"n":1,"text":"a","raw":"QQ==","inner":[],"more":1}',
    "an unknown inner field": b'{"n":1,"text":"a","raw":"QQ==","inner":[{"n":2,"m":1}]}',
    "a missing field": b'{"n":1,"text":"a","raw":"QQ=="}',
    "a float": b'{"n":1.0,"text":"a","raw":"QQ==","inner":[]}',
    "an exponent": b'{"n":1e0,"text":"a","raw":"QQ==","inner":[]}',
    "not a number": b'{"n":NaN,"text":"a","raw":"QQ==","inner":[]}',
    "infinity": b'{"n":Infinity,"text":"a","raw":"QQ==","inner":[]}',
    "2^53": b'{"n":9007199254740992,"text":"a","raw":"QQ==","inner":[]}',
    "-2^53": b'{"n":-9007199254740992,"text":"a","raw":"QQ==","inner":[]}',
    "a number of many digits": b'{"n":%s,"text":"a","raw":"QQ==","inner":[]}' % (b"9" * 5000),
    "a number as text": b'{"n":"1","text":"a","raw":"QQ==","inner":[]}',
    "truth as a number": b'{"n":true,"text":"a","raw":"QQ==","inner":[]}',
    "null": b'{"n":null,"text":"a","raw":"QQ==","inner":[]}',
    "half a surrogate": b'{"n":1,"text":"\\ud800","raw":"QQ==","inner":[]}',
    "bytes that are not UTF-8": b'{"n":1,"text":"\xff","raw":"QQ==","inner":[]}',
    "another base64 alphabet": b'{"n":1,"text":"a","raw":"_-==","inner":[]}',
    "a byte order mark": b"\xef\xbb\xbf" + GOOD,
    "UTF-16": GOOD.decode().encode("utf-16"),
    "something after the end": GOOD + b"{}",
    "nothing": b"",
    "a list": b"[]",
    "endless nesting": b"[" * 100_000,
}
OTHER_SPELLINGS = {
    "a space": GOOD.replace(b":1", b": 1"),
    "a line after it": GOOD + b"\n",
    "another order of fields": b'{"text":"a","n":1,"raw":"QQ==","inner":[{"n":2}]}',
    "an escaped letter": GOOD.replace(b'"a"', b'"\\u0061"'),
    "base64 with spare bits": GOOD.replace(b"QQ==", b"QR=="),
    "minus zero": GOOD.replace(b'"n":1', b'"n":-0'),
}


@given(SAMPLES)
def test_every_value_survives_its_bytes(value: Sample) -> None:
    """What is written is read back as the same value."""
    assert decode_canonical(encode(value), Sample) == value


@given(SAMPLES, SAMPLES)
def test_two_values_have_two_spellings(one: Sample, other: Sample) -> None:
    """Bytes are equal exactly when the values are."""
    assert (encode(one) == encode(other)) == (one == other)


def test_fields_stand_in_the_order_of_the_struct() -> None:
    """The canonical form has no spaces and the order of the struct."""
    assert encode(Sample(1, "a", b"A", (Inner(2),))) == GOOD


@pytest.mark.parametrize("content", UNREADABLE.values(), ids=UNREADABLE.keys())
def test_bytes_that_two_readers_could_read_differently_are_refused(content: bytes) -> None:
    """Doubled and unknown fields, floats, large numbers and broken text are refused as malformed."""
    with pytest.raises(Malformed):
        decode(content, Sample)


@pytest.mark.parametrize("content", OTHER_SPELLINGS.values(), ids=OTHER_SPELLINGS.keys())
def test_signed_bytes_have_one_spelling(content: bytes) -> None:
    """A second spelling of a value is refused where the bytes are signed or hashed."""
    with pytest.raises(Malformed):
        decode_canonical(content, Sample)


@pytest.mark.parametrize("content", [GOOD.replace(b":1", b": 1"), GOOD + b" " * 100])
def test_padding_and_spaces_are_read_where_nothing_is_signed(content: bytes) -> None:
    """A sealed body may be padded with spaces."""
    assert decode(content, Sample).n == 1


@given(st.binary(max_size=80))
def test_no_bytes_bring_the_reader_down(content: bytes) -> None:
    """Arbitrary bytes are refused as malformed, by no other error."""
    with pytest.raises(Malformed):
        decode(content, Sample)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | TEXT, lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner)))
def test_no_json_brings_the_reader_down(value: object) -> None:
    """Arbitrary JSON that is no sample is refused as malformed, by no other error."""
    with pytest.raises(Malformed):
        decode(json.dumps(value).encode(), Sample)


def test_a_struct_inside_another_is_read_as_strictly() -> None:
    """Raw parameters refuse doubled fields as well."""
    with pytest.raises(Malformed):
        convert(msgspec.Raw(b'{"n":1,"n":2}'), Inner)


@pytest.mark.parametrize("content", [GOOD[:-1] + b',"canary":1}', GOOD[:-1] + b',"a - canary":1}', GOOD.replace(b'"n":1', b'"n":"canary"'), b'"canary"'])
def test_a_refusal_repeats_nothing_of_the_content(content: bytes) -> None:
    """No word that somebody sent stands in the error's text."""
    with pytest.raises(Malformed) as refused:
        decode(content, Sample)
    assert "canary" not in str(refused.value)


@pytest.mark.parametrize("content", [b'{"n": 1}', b'{"n":1} '])
def test_a_struct_inside_another_has_one_spelling(content: bytes) -> None:
    """Signed parameters are refused in a second spelling, as the signed struct around them is."""
    with pytest.raises(Malformed):
        convert(msgspec.Raw(content), Inner)
