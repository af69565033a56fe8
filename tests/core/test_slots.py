# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whatever stands in a slot of a log, every desk goes on in the same way, and an honest event commits to all that was shown."""

from __future__ import annotations

import json
from base64 import b64decode
from dataclasses import replace
from typing import Any, get_args

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ombuds.core.age import Identity
from ombuds.core.cards import Card
from ombuds.core.case import EVENT_TYPE, Case, Kind, Void, sign_event, write_event
from ombuds.core.charter import check_founding
from ombuds.core.encoding import encode
from ombuds.core.envelope import Envelope, sign
from ombuds.core.keys import hash_of
from ombuds.core.slots import Reader, head_after, take
from tests.core import builders as b
from tests.core import logs
from tests.core.logs import EMPTY, HONEST, JUNK, READER
from tests.rules.tree import ROOT

VECTORS: Any = json.loads((ROOT / "vectors" / "case" / "logs.json").read_text(encoding="utf-8"))
PLAIN = logs.written()


def _numbered(case: Case) -> object:
    """A case without what junk may change: the count, the head, the void slots, and the numbers of the events."""
    return _unnumbered(msgspec.to_builtins(msgspec.structs.replace(case, head="", void=())))


def _unnumbered(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _unnumbered(each) for name, each in value.items() if name != "seq"}
    return [_unnumbered(each) for each in value] if isinstance(value, list | tuple) else value


def test_an_honest_log_has_no_void_slot() -> None:
    """What members write in turn is taken whole."""
    assert (PLAIN.case.void, PLAIN.case.seq, PLAIN.case.state) == ((), len(HONEST), "closed")


@pytest.mark.parametrize("name", JUNK)
def test_each_kind_of_junk_is_named(name: str) -> None:
    """Each kind of junk is void for its reason, with the name of whoever validly signed it."""
    reason, member, _ = JUNK[name]
    assert logs.written([(2, name)], 2 + 1).case.void == (Void(3, reason, member),)


@given(st.lists(st.tuples(st.integers(0, len(HONEST) - 1), st.sampled_from(sorted(JUNK))), max_size=5))
@settings(max_examples=60, deadline=None)
def test_junk_changes_nothing_of_a_case(junk: list[tuple[int, str]]) -> None:
    """With any junk in any places of an honest log, the case is the honest one but for its count, head and void slots."""
    assert _numbered(logs.written(junk).case) == _numbered(PLAIN.clean)


@given(st.lists(st.tuples(st.integers(0, len(HONEST) - 1), st.sampled_from(sorted(JUNK))), min_size=1, max_size=5))
@settings(max_examples=60, deadline=None)
def test_every_piece_of_junk_is_named(junk: list[tuple[int, str]]) -> None:
    """As many slots are void as were junk, each under the name of whoever signed it."""
    found = [one.member for one in logs.written(junk).case.void]
    assert found == [JUNK[name][1] for _, name in sorted(junk, key=lambda one: one[0])]


def test_work_that_is_not_allowed_is_void() -> None:
    """Of a log in which allowed work and refused work take turns, exactly the refused slots are void, each under its writer's name."""
    found = [(one.seq, one.reason, one.member) for one in logs.read(logs.crooked()).void]
    assert found == [(seq, "refused", logs.CROOKED[seq - 1][0]) for seq in logs.BENT]


@given(st.binary(max_size=300), st.integers(0, len(HONEST)))
@settings(max_examples=100, deadline=None)
def test_no_bytes_stop_a_desk(junk: bytes, place: int) -> None:
    """Whatever bytes stand in a slot, it is void, and nothing is raised."""
    case = logs.read(PLAIN.slots[:place])
    assert take(case, junk, READER).case == msgspec.structs.replace(
        case, seq=place + 1, head=head_after(case.head, hash_of(junk)), void=(Void(place + 1, "sealed"),)
    )


JSON = st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8)


@given(JSON)
@settings(max_examples=100, deadline=None)
def test_no_signed_words_stop_a_desk(said: object) -> None:
    """Whatever a member signs in an event's place, nothing is raised."""
    signed = sign(EVENT_TYPE, encode(said), b.key_of("boris"))
    assert take(logs.read(PLAIN.slots[:1]), logs.sealed_of(signed), READER).case.void == (Void(2, "unreadable"),)


@given(st.integers(1, len(HONEST)), st.sampled_from(get_args(Kind)), st.sampled_from([body for _, body in HONEST]) | JSON, st.data())
@settings(max_examples=300, deadline=None)
def test_no_event_stops_a_desk(place: int, kind: Kind, body: object, data: st.DataObject) -> None:
    """Whatever a member writes as an event of any kind, even with a field of an honest one bent, it is taken whole or is void."""
    fields = msgspec.to_builtins(body)
    if isinstance(fields, dict) and fields:
        fields[data.draw(st.sampled_from(sorted(fields)))] = data.draw(JSON)
    before = logs.read(PLAIN.slots[:place])
    signed = sign_event(write_event(before, "boris", kind, fields, b.TODAY), b.key_of("boris"))
    taken = take(before, logs.sealed_of(signed), READER)
    assert (taken.case.seq, len(taken.case.void)) == (place + 1, 0 if taken.envelope else 1)


def test_an_event_commits_to_the_junk_before_it() -> None:
    """To a desk that was shown other junk than the writer, the writer's event is out of place and bears the writer's name."""
    told = logs.written([(1, "no bytes")], 2)
    elsewhere = (told.slots[0], b"other junk", told.slots[2])
    assert [(one.reason, one.member) for one in logs.read(elsewhere).void] == [("sealed", ""), ("place", "boris")]


def test_a_server_cannot_leave_junk_out() -> None:
    """To a desk that was not shown the junk which the writer was shown, the writer's event is out of place."""
    told = logs.written([(1, "no bytes")], 2)
    assert [(one.reason, one.member) for one in logs.read((told.slots[0], told.slots[2])).void] == [("place", "boris")]


def test_a_case_may_open_after_junk() -> None:
    """If the first slot is void, the event that opens the case may follow it."""
    case = logs.written([(0, "no bytes")], 1).case
    assert (case.state, case.void) == ("open", (Void(1, "sealed"),))


def test_a_case_whose_first_slot_is_void_is_not_open() -> None:
    """A case of which only junk is known is not open."""
    assert logs.read([b"junk"]).state == "none"


def test_any_generation_opens_a_slot() -> None:
    """A slot sealed to an earlier identity of the case is read by who holds it still."""
    reader = replace(READER, identities=(b.identity_of("later"), *READER.identities))
    assert logs.read(PLAIN.slots, reader) == PLAIN.case


def test_who_lacks_a_key_keeps_the_same_head() -> None:
    """A desk that lacks the key of a slot comes to the same head, so that what it writes fits on every other desk."""
    short = replace(READER, identities=(Identity(b"k" * 32),))
    assert logs.read(PLAIN.slots, short).head == PLAIN.case.head


def test_the_first_head_is_of_the_first_slot() -> None:
    """The head after the first slot is that of its bytes alone."""
    assert logs.read(PLAIN.slots[:1]).head == head_after(EMPTY.head, hash_of(PLAIN.slots[0]))


@pytest.mark.parametrize("log", VECTORS["logs"], ids=[log["what"] for log in VECTORS["logs"]])
def test_published_logs_end_as_they_say(log: Any) -> None:
    """Each published log comes to the case that stands beside it."""
    identities = tuple(Identity(bytes.fromhex(seed)) for seed in VECTORS["identities"])
    charter = check_founding(msgspec.convert(VECTORS["charter"], Envelope))
    reader, case = Reader(identities, msgspec.convert(VECTORS["card"], Card), (charter,)), EMPTY
    for slot in log["slots"]:
        case = take(case, b64decode(VECTORS["slots"][slot]), reader).case
    assert {name: value for name, value in json.loads(encode(case)).items() if name in log["case"]} == log["case"]
