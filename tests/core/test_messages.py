# SPDX-License-Identifier: AGPL-3.0-or-later
"""Messages: either side notices one that the other did not write, for this inbox, direction and generation (T19)."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ombuds.core.age import Identity, seal
from ombuds.core.attachments import FileNote
from ombuds.core.consent import ask
from ombuds.core.encoding import encode
from ombuds.core.errors import ForgedMessage, Malformed, NotSealedForThis, OmbudsError, Tampered
from ombuds.core.messages import Direction, Message, Thread, open_message, seal_message, write_message
from ombuds.core.sealing import BODY_STEP, padded
from tests.core import builders as b
from tests.rules.tree import ROOT

DESK = b.desk_of()
SOURCE = b.source_of(DESK)
THREAD = Thread(DESK.charter.instance_id, SOURCE.mailbox_hash, 0, SOURCE.mac(0))
KEY = b.identity_of("reader")
GOOD = write_message(THREAD, "desk", 1, "We read it.")
SEALED = seal_message(GOOD, THREAD, KEY.recipient)
CASES = json.loads((ROOT / "vectors" / "messages" / "messages.json").read_text())["cases"]
NOTE = FileNote("a" * 32, "a", "b", 1, "0" * 64)
TEXT = st.text(st.characters(codec="utf-8"))


def _marked() -> Message:
    return open_message(SEALED, KEY, THREAD, "desk")


def _resealed(message: Message) -> bytes:
    return seal(padded(encode(message)), [KEY.recipient])


@given(TEXT, st.sampled_from(["source", "desk"]), st.integers(0, 2**53 - 1))
def test_messages_arrive_both_ways(text: str, direction: Direction, number: int) -> None:
    """Whatever one side writes, the other reads."""
    message = open_message(seal_message(write_message(THREAD, direction, number, text), THREAD, KEY.recipient), KEY, THREAD, direction)
    assert (message.text, message.number) == (text, number)


CHANGED = {
    "another text": {"text": "We did not."},
    "another number": {"number": 2},
    "another id": {"id": "b" * 32},
    "other receipts": {"received": ("c" * 32,)},
    "another file": {"files": (NOTE,)},
    "a question": {"question": ask(THREAD.instance_id, b.story())},
    "a goodbye": {"close": True},
    "another case": {"case": "c" * 32},
    "no mac": {"mac": b""},
    "another mac": {"mac": bytes(32)},
    "half a mac": {"mac": bytes(16)},
}


@pytest.mark.parametrize("parts", CHANGED.values(), ids=CHANGED.keys())
def test_a_forged_message_is_refused(parts: dict[str, object]) -> None:
    """A message that somebody without the secret changed and sealed again is refused."""
    with pytest.raises(ForgedMessage):
        open_message(_resealed(msgspec.structs.replace(_marked(), **parts)), KEY, THREAD, "desk")


MOVED = {
    "another desk": {"instance_id": "1" * 64},
    "another inbox": {"mailbox": "1" * 64},
    "another generation": {"generation": 1},
    "another secret": {"secret": SOURCE.mac(1)},
}


@pytest.mark.parametrize("parts", MOVED.values(), ids=MOVED.keys())
def test_a_message_of_another_thread_is_refused(parts: dict[str, object]) -> None:
    """A message for another desk, inbox or generation, or under another secret, is refused."""
    other = Thread(**{**{name: getattr(THREAD, name) for name in ("instance_id", "mailbox", "generation", "secret")}, **parts})
    with pytest.raises(ForgedMessage):
        open_message(seal_message(write_message(other, "desk", 1, "x"), other, KEY.recipient), KEY, THREAD, "desk")


def test_a_message_is_not_reflected() -> None:
    """The source's own message, sent back as the desk's, is refused."""
    with pytest.raises(ForgedMessage):
        open_message(seal_message(write_message(THREAD, "source", 1, "x"), THREAD, KEY.recipient), KEY, THREAD, "desk")


def test_a_turned_message_is_refused() -> None:
    """A message whose direction was changed without the secret is refused."""
    turned = msgspec.structs.replace(_marked(), direction="source")
    with pytest.raises(ForgedMessage):
        open_message(_resealed(turned), KEY, THREAD, "source")


def test_a_member_who_left_writes_under_the_old_generation_only() -> None:
    """Who knows the secret of generation 0 cannot write in generation 1."""
    newer = Thread(THREAD.instance_id, THREAD.mailbox, 1, SOURCE.mac(1))
    forged = write_message(Thread(THREAD.instance_id, THREAD.mailbox, 1, SOURCE.mac(0)), "desk", 1, "x")
    sealed = seal_message(forged, Thread(THREAD.instance_id, THREAD.mailbox, 1, SOURCE.mac(0)), KEY.recipient)
    with pytest.raises(ForgedMessage):
        open_message(sealed, KEY, newer, "desk")


def test_a_message_for_somebody_else_stays_closed() -> None:
    """A message does not open with another key."""
    with pytest.raises(NotSealedForThis):
        open_message(SEALED, b.identity_of("other"), THREAD, "desk")


def test_a_spoiled_message_is_refused() -> None:
    """A message whose sealed bytes were changed is refused."""
    with pytest.raises(Tampered):
        open_message(SEALED[:-1] + bytes([SEALED[-1] ^ 1]), KEY, THREAD, "desk")


PLAIN = encode(_marked())
UNREADABLE = {
    "a field twice": PLAIN.replace(b'{"v":1', b'{"v":1,"v":1'),
    "an unknown field": PLAIN[:-1] + b',"x":1}',
    "a float": PLAIN.replace(b'"number":1', b'"number":1.5'),
    "2^53": PLAIN.replace(b'"number":1', b'"number":9007199254740992'),
    "another version": PLAIN.replace(b'{"v":1', b'{"v":2'),
}


@pytest.mark.parametrize("content", UNREADABLE.values(), ids=UNREADABLE.keys())
def test_an_unreadable_message_is_refused(content: bytes) -> None:
    """A sealed message with doubled or unknown fields or other numbers is refused as malformed."""
    with pytest.raises(Malformed):
        open_message(seal(content, [KEY.recipient]), KEY, THREAD, "desk")


@pytest.mark.parametrize("text", ["", "a", "a" * 9000])
def test_short_messages_look_alike(text: str) -> None:
    """Messages of one step have one sealed length."""
    assert len(seal_message(write_message(THREAD, "desk", 1, text), THREAD, KEY.recipient)) == len(SEALED)


def test_a_step_is_sixteen_kibibytes() -> None:
    """The plain message is filled to 16 KiB."""
    assert BODY_STEP == 16 * 1024


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["what"])
def test_published_messages_hold(case: dict[str, Any]) -> None:
    """Each published plain message, sealed afresh, is read or refused as published."""
    thread = Thread(case["instance_id"], case["mailbox"], case["generation"], bytes.fromhex(case["secret"]))
    key = Identity.generate()
    try:
        told = open_message(seal(case["plain"].encode(), [key.recipient]), key, thread, case["direction"]).text
    except OmbudsError as refused:
        told = type(refused).__name__
    assert told == case.get("text", case.get("error"))
