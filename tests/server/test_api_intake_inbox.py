# SPDX-License-Identifier: AGPL-3.0-or-later
"""An inbox at the API: its secret opens it, and without it there is nothing to see, not even whether it exists (T01, T08)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import msgspec
import pytest
from sqlalchemy import event, func, select
from starlette.testclient import TestClient

from ombuds.core.attachments import FileSealer
from ombuds.core.encoding import decode, encode
from ombuds.core.keys import random_bytes, random_id
from ombuds.core.messages import write_message
from ombuds.core.sealing import Manifest
from ombuds.core.source import open_inbox, seal_followup, where_to, without_fillers
from ombuds.core.wire import InboxSeen, NewMessage, PartAsked, RepliesDeleted
from ombuds.core.words import to_words
from ombuds.server.store.schema import messages, replies
from tests.server.answers import Case, open_case, reply
from tests.server.institution import Institution
from tests.server.sealers import Sealer, refused

SLOTS = 16


@pytest.fixture
def sealer(here: Institution, browser: TestClient) -> Sealer:
    """A source's program whose report was kept."""
    one = Sealer(here, browser)
    one.send(one.sealed())
    return one


@pytest.fixture
def case(here: Institution, sealer: Sealer) -> Case:
    """The open case of that report."""
    return open_case(here, " ".join(to_words(sealer.entropy, "en")))


def readable(sealer: Sealer) -> list[str]:
    """The texts of the replies that the source can open."""
    real = without_fillers(sealer.seen().replies, sealer.keys.identity)
    opened = open_inbox(real, sealer.keys.identity, sealer.keys.thread(0))
    return [each.message.text if each.message else "" for each in opened.replies]


def followup(sealer: Sealer, case: Case, text: str = "more follows", files: tuple[bytes, ...] = ()) -> NewMessage:
    """A message to the open case, with uploaded files."""
    where = where_to(sealer.seen().cards, sealer.here.charter, sealer.keys.mailbox_hash, sealer.here.calendar.day)
    assert where is not None
    thread = sealer.keys.thread(0)
    uploaded = [sealer.uploaded(FileSealer(where.recipient), content) for content in files]
    sealed = seal_followup(write_message(thread, "source", 0, text), uploaded, thread, where.recipient)
    return NewMessage(1, sealer.keys.mailbox, case.id, sealed)


@contextmanager
def statements(here: Institution) -> Iterator[list[str]]:
    """Every statement that the store is asked."""
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    event.listen(here.parts.store.engine, "before_cursor_execute", note)
    yield asked
    event.remove(here.parts.store.engine, "before_cursor_execute", note)


def test_unknown_and_empty_answer_with_as_many_bytes(sealer: Sealer) -> None:
    """An inbox that nobody knows answers with as many bytes as one whose report waits."""
    assert len(sealer.look(random_bytes(32)).content) == len(sealer.look().content)


def test_a_full_inbox_has_the_same_size(sealer: Sealer, case: Case) -> None:
    """An inbox with a case and replies answers with as many bytes as an unknown one."""
    for number in range(1, 6):
        reply(case, f"reply {number}", number)
    assert len(sealer.look().content) == len(sealer.look(random_bytes(32)).content)


def test_unknown_and_empty_have_the_same_shape(sealer: Sealer) -> None:
    """Both have no card and sixteen slots of one length."""
    seen = [decode(sealer.look(secret).content, InboxSeen) for secret in (random_bytes(32), sealer.keys.mailbox)]
    shapes = [(one.cards, len(one.replies), {len(each.content) for each in one.replies}) for one in seen]
    assert shapes[0] == shapes[1] and shapes[0][1] == SLOTS


def test_unknown_and_empty_ask_the_same_statements(here: Institution, sealer: Sealer) -> None:
    """The database cannot be heard to know one of them: the statements are the same."""
    heard = []
    for secret in (random_bytes(32), sealer.keys.mailbox):
        with statements(here) as asked:
            sealer.look(secret)
        heard.append(list(asked))
    assert heard[0] == heard[1] != []


def test_an_inbox_answers_the_same_each_time(sealer: Sealer) -> None:
    """Two visits to one inbox get the same bytes, so that nothing shows between them."""
    assert sealer.look().content == sealer.look().content


def test_two_inboxes_are_filled_differently(sealer: Sealer) -> None:
    """What fills one inbox fills no other, so that it does not give itself away."""
    fillers = [{each.content for each in decode(sealer.look(random_bytes(32)).content, InboxSeen).replies} for _ in range(2)]
    assert not fillers[0] & fillers[1]


def test_a_filler_is_as_long_as_a_reply(sealer: Sealer, case: Case) -> None:
    """A short reply has the length of what fills an empty slot."""
    reply(case, "We have read it.")
    assert len({len(each.content) for each in sealer.seen().replies}) == 1


def test_replies_are_found_among_the_fillers(sealer: Sealer, case: Case) -> None:
    """The source finds exactly the replies of the desk, in order."""
    reply(case, "second", 2)
    reply(case, "first", 1)
    assert readable(sealer) == ["first", "second"]


def test_another_secret_opens_nothing(sealer: Sealer, case: Case) -> None:
    """Another inbox's secret shows no reply and no card."""
    reply(case, "only for one")
    stranger = Sealer(sealer.here, sealer.browser)
    assert (readable(stranger), stranger.seen().cards) == ([], ())


def test_a_forged_reply_is_not_hidden(sealer: Sealer, case: Case) -> None:
    """A reply with another secret is no filler: the source sees that something is wrong with it."""
    case.forger = random_bytes(32)
    reply(case, "come to the station")
    assert readable(sealer) == [""]


def test_a_message_reaches_the_case(sealer: Sealer, case: Case) -> None:
    """What the source seals to the card is what the team reads, and its files belong to it."""
    answer = sealer.browser.post("/api/inbox/messages", content=encode(followup(sealer, case, "more follows", (b"a file",))))
    assert (answer.status_code, [(each.text, len(each.files)) for each in case.received()]) == (200, [("more follows", 1)])


def test_a_message_twice_is_one(here: Institution, sealer: Sealer, case: Case) -> None:
    """A message whose acknowledgement was lost is sent again and stands once."""
    content = encode(followup(sealer, case, files=(b"a file",)))
    answers = [sealer.browser.post("/api/inbox/messages", content=content).status_code for _ in range(2)]
    with here.parts.store.read() as connection:
        assert (answers, connection.execute(select(func.count()).select_from(messages)).scalar_one()) == ([200, 200], 1)


def test_nobody_writes_to_another_s_case(sealer: Sealer, case: Case) -> None:
    """With another inbox's secret a message to the case is refused."""
    other = msgspec.structs.replace(followup(sealer, case), mailbox=random_bytes(32))
    assert refused(sealer.browser.post("/api/inbox/messages", content=encode(other))) == (404, "NotHere")


def test_a_message_takes_no_name_that_is_there(sealer: Sealer, case: Case) -> None:
    """A message under the case's own name, whose parts would go with it, is refused."""
    new = followup(sealer, case)
    renamed = msgspec.structs.replace(new, message=msgspec.structs.replace(new.message, id=case.id))
    assert refused(sealer.browser.post("/api/inbox/messages", content=encode(renamed))) == (409, "AlreadyUsed")


def test_a_message_off_the_ladder_is_refused(sealer: Sealer, case: Case) -> None:
    """A message that is no sealed body of a step of the ladder is refused."""
    new = followup(sealer, case)
    short = msgspec.structs.replace(new, message=msgspec.structs.replace(new.message, content=b"x", files=Manifest("0" * 64, ())))
    assert refused(sealer.browser.post("/api/inbox/messages", content=encode(short))) == (400, "Malformed")


def asked_part(sealer: Sealer, secret: bytes) -> PartAsked:
    """Ask for the only part of the only reply with a file."""
    (one,) = [each for each in sealer.seen().replies if each.files.files]
    return PartAsked(1, secret, one.id, one.files.files[0].parts[0].id)


def test_a_reply_s_file_is_fetched(sealer: Sealer, case: Case) -> None:
    """A part of a reply's file comes with the inbox's secret."""
    reply(case, "see the file", file=b"advice")
    asked = asked_part(sealer, sealer.keys.mailbox)
    answer = sealer.browser.post("/api/inbox/parts", content=encode(asked))
    assert answer.content == b"".join(sealer.here.parts.store.blobs.read(asked.part))


def test_a_reply_s_file_needs_the_secret(sealer: Sealer, case: Case) -> None:
    """A part of a reply's file does not come with another secret."""
    reply(case, "see the file", file=b"advice")
    answer = sealer.browser.post("/api/inbox/parts", content=encode(asked_part(sealer, random_bytes(32))))
    assert refused(answer) == (404, "NotHere")


def test_a_reply_is_deleted(here: Institution, sealer: Sealer, case: Case) -> None:
    """A reply that the source deletes is gone from the store with its file."""
    name = reply(case, "delete me", file=b"advice")
    part = asked_part(sealer, sealer.keys.mailbox).part
    sealer.browser.post("/api/inbox/delete", content=encode(RepliesDeleted(1, sealer.keys.mailbox, (name,))))
    assert (readable(sealer), list((here.folder / "blobs").rglob(part))) == ([], [])


def test_nobody_deletes_in_another_s_inbox(here: Institution, sealer: Sealer, case: Case) -> None:
    """With another secret nothing is deleted, and the answer is the same."""
    name = reply(case, "stays")
    answer = sealer.browser.post("/api/inbox/delete", content=encode(RepliesDeleted(1, random_bytes(32), (name, random_id()))))
    with here.parts.store.read() as connection:
        assert (answer.status_code, connection.execute(select(replies.c.id)).scalars().all()) == (204, [name])


def test_a_secret_has_thirty_two_bytes(sealer: Sealer) -> None:
    """Something shorter than a secret is refused."""
    assert refused(sealer.look(b"short")) == (400, "Malformed")
