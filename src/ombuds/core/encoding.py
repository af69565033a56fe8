# SPDX-License-Identifier: AGPL-3.0-or-later
"""The one form in which ombuds writes a value as bytes, and the only parser of untrusted JSON.

Canonical form: UTF-8 JSON without spaces, fields in the order of the struct, integers below 2^53, no floats. Reading is
strict: unknown fields, duplicate fields (T19: other parsers keep the last one, so two readers would see two messages),
large integers and wrong types are refused. Signed bytes are never re-encoded before checking. See spec/encoding.md.
"""

from __future__ import annotations

import json
import re
from typing import Any, TypeVar

import msgspec

from ombuds.core.errors import Malformed

S = TypeVar("S")

LARGEST = 2**53 - 1


def encode(value: object) -> bytes:
    """Return the canonical bytes of a struct."""
    return msgspec.json.encode(value)


def decode(content: bytes, kind: type[S]) -> S:
    """Read one struct from canonical JSON. Raises Malformed, with what is wrong but never with the content."""
    refuse_duplicates(content)
    try:
        return msgspec.json.decode(content, type=kind, strict=True)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as wrong:
        raise Malformed(_without_content(wrong)) from None


def decode_canonical(content: bytes, kind: type[S]) -> S:
    """Read one struct and refuse any spelling but the canonical one. Raises Malformed."""
    value = decode(content, kind)
    if encode(value) != content:
        raise Malformed("not in canonical form")
    return value


def convert(value: msgspec.Raw, kind: type[S]) -> S:
    """Read a struct that stands inside another one, in its canonical spelling only. Raises Malformed."""
    # The struct around it passes these bytes on as they are, so its own check says nothing about them.
    return decode_canonical(bytes(value), kind)


def refuse_duplicates(content: bytes) -> None:
    """Refuse JSON that names a field twice, or holds a float or an integer of 2^53 or more. Raises Malformed."""
    try:
        _STRICT.decode(content.decode())
    except (ValueError, UnicodeDecodeError, RecursionError) as wrong:
        raise Malformed(str(wrong) if isinstance(wrong, _Refused) else "not JSON") from None


class _Refused(ValueError):
    """A refusal whose text is ours and therefore safe to show."""


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    seen = dict(pairs)
    if len(seen) != len(pairs):
        raise _Refused("a field stands twice")
    return seen


def _no_float(_text: str) -> float:
    raise _Refused("a number is not an integer")


def _small(text: str) -> int:
    if len(text) > 17 or abs(int(text)) > LARGEST:
        raise _Refused("a number is too large")
    return int(text)


# Made once: making a parser costs as much as reading a small value with it.
_STRICT = json.JSONDecoder(object_pairs_hook=_unique, parse_float=_no_float, parse_int=_small, parse_constant=_no_float)


def _without_content(wrong: Exception) -> str:
    # msgspec's sentences may quote a field or a value that somebody sent; the path at their end names our own fields only.
    if not isinstance(wrong, msgspec.ValidationError):
        return "not JSON"
    path = re.search(r" - at `(\$[a-z0-9_.\[\]]*)`\Z", str(wrong))
    return f"at {path[1]}" if path else "another kind of message"
