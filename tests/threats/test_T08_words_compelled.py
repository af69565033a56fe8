# SPDX-License-Identifier: AGPL-3.0-or-later
"""T08: a source is made to give words, true or false ones; the answer does not tell which, and nobody wrote any words down."""

from __future__ import annotations

import pytest

from ombuds.core.keys import random_id
from ombuds.core.words import new_entropy, to_words
from tests.threats.disk import lying_in
from tests.together import Receipt
from tests.world import World


def _answer(world: World, path: str, receipt: Receipt, **fields: str) -> tuple[int, list[tuple[str, str]], str]:
    """Status, headers and page, with the words themselves and the page's fresh nonce left out."""
    answer = world.client.post(path, data={"words": receipt.words, **fields})
    nonce = answer.text.partition('name="nonce" value="')[2][:32] or "-"
    headers = [(name, value) for name, value in answer.headers.items() if name != "content-length"]
    return answer.status_code, headers, answer.text.replace(receipt.words, "WORDS").replace(nonce, "NONCE")


@pytest.fixture
def known(world: World) -> Receipt:
    """The words of an inbox with nothing in it, whose report nobody has opened."""
    return world.officer.reports("beaten in custody")


@pytest.fixture
def unknown(world: World) -> Receipt:
    """Words that nobody was ever given."""
    return Receipt(" ".join(to_words(new_entropy(), "en")), world["anna"].instance_id)


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/en/inbox", {}),
        ("/ru/inbox", {}),
        ("/en/inbox/consent", {"question": "0" * 32}),
        ("/en/inbox/consent/answer", {"question": "0" * 32, "answer": "agree", "nonce": "1" * 32}),
        ("/en/inbox/delete", {"message": ""}),
        ("/en/inbox/delete", {"message": "0" * 32}),
        ("/en/inbox/delete", {"message": f"{'0' * 32} {'1' * 32}"}),
        ("/en/inbox/file", {"message": "0" * 32, "file": "0" * 32}),
        ("/en/inbox/close", {"nonce": "1" * 32}),
    ],
)
def test_unknown_words_look_like_an_empty_inbox(world: World, known: Receipt, unknown: Receipt, path: str, fields: dict[str, str]) -> None:
    """Whatever is asked of it, an inbox that nobody has answers byte for byte like one with nothing in it."""
    assert _answer(world, path, unknown, **fields) == _answer(world, path, known, **fields)


@pytest.mark.parametrize("stale", [False, True], ids=["fresh", "stale"])
@pytest.mark.parametrize(
    "asked",
    [
        ("/en/inbox", {}),
        ("/en/inbox/consent/answer", {"question": "0" * 32, "answer": "agree", "nonce": "1" * 32}),
        ("/en/inbox/close", {"nonce": "1" * 32}),
        ("/ru/inbox/close", {"nonce": "1" * 32}),
        ("/en/inbox/reply", {"nonce": "1" * 32, "text": "more"}),
    ],
)
def test_unknown_words_look_like_an_opened_case(world: World, known: Receipt, unknown: Receipt, asked: tuple[str, dict[str, str]], stale: bool) -> None:
    """An inbox that nobody has answers like one whose case is open and holds no reply, with fresh keys and with stale ones."""
    world.desk.opens(known, together=["anna", "boris"])
    path, fields = asked
    if stale:
        world.calendar.pass_days(11)
    assert _answer(world, path, unknown, **fields) == _answer(world, path, known, **fields)


def test_own_messages_are_not_shown(world: World) -> None:
    """With the true words nothing is to be read of what the source has sent, before and after the desk has read it."""
    sent, more = random_id(), random_id()
    receipt = world.officer.reports(sent)
    world.officer.writes(receipt, more)
    pages = [world.officer.looks(receipt).html]
    world.desk.opens_all(receipt, together=["anna", "boris"])
    pages.append(world.officer.looks(receipt).html)
    assert [secret for secret in (sent, more) for page in pages if secret in page] == []


def test_no_words_are_written_down(world: World, unknown: Receipt) -> None:
    """Neither the words of a source that reported, read and wrote, nor words that were only tried, lie anywhere on the disk in any form."""
    receipt = world.officer.reports("beaten in custody")
    world.desk.opens(receipt, together=["anna", "boris"]).replies("We have read your report.")
    world.officer.looks(receipt)
    world.officer.writes(receipt, "there is more")
    world.officer.looks(unknown)
    secrets = {f"{name} of {whose}": secret for whose, each in (("known", receipt), ("unknown", unknown)) for name, secret in _secrets(each).items()}
    assert lying_in(world.parts.settings.folder, secrets) == []


def test_tried_words_leave_no_trace(world: World, unknown: Receipt) -> None:
    """Words that were only tried leave no row behind, not even the hash of their inbox."""
    world.officer.looks(unknown)
    assert lying_in(world.parts.settings.folder, {"the name of the inbox": unknown.keys.mailbox_hash.encode()}) == []


def _secrets(receipt: Receipt) -> dict[str, bytes]:
    keys = receipt.keys
    words = receipt.words.split()
    return {
        "words": receipt.words.encode(),
        "first words": " ".join(words[:3]).encode(),
        "entropy": keys.entropy,
        "bearer": keys.mailbox,
        "key": keys.identity.seed,
        "consent key": keys.consent.seed,
        "message key": keys.mac(0),
    }
