# SPDX-License-Identifier: AGPL-3.0-or-later
"""T19: the server itself forges messages, keys and answers; each is refused, with a sentence that says what happened."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest
from sqlalchemy import insert, select, update

from ombuds.core.age import Identity
from ombuds.core.attachments import Manifest
from ombuds.core.charter import sign_epoch
from ombuds.core.consent import answer
from ombuds.core.encoding import encode
from ombuds.core.errors import ForgedMessage, FreshnessStale, NoConsent, Tampered
from ombuds.core.keys import SigningKey, epoch_of, hash_of, random_bytes, random_id
from ombuds.core.messages import Message, Thread, open_message, seal_message, write_message
from ombuds.core.wire import SealedMessage
from ombuds.desk.casework.notes import note
from ombuds.desk.log import identity_of
from ombuds.server.app import put_together
from ombuds.server.store import inbox
from ombuds.server.store.schema import epochs, messages, replies
from tests.desk import junk
from tests.together import Asked, Case, Receipt
from tests.world import World

LURE = "call this number tonight"


def _thread(receipt: Receipt, secret: bytes = b"") -> Thread:
    """What the two sides share, or what a server without their secret would put in its place."""
    return Thread(receipt.instance_id, receipt.keys.mailbox_hash, 0, secret or receipt.keys.mac(0))


def _puts_reply(world: World, receipt: Receipt, secret: bytes) -> None:
    """Let the server put a reply into an inbox, sealed rightly and authenticated with some secret."""
    thread = _thread(receipt, secret)
    content = seal_message(write_message(thread, "desk", 1, LURE), thread, receipt.keys.identity.recipient)
    row = {"id": random_id(), "mailbox": thread.mailbox, "content": content, "files": encode(Manifest(hash_of(content), ()))}
    with world.parts.store.write() as connection:
        connection.execute(insert(replies).values(**row, released=True, erase=date.max))


def _puts_message(world: World, case: Case, message: Message, thread: Thread) -> None:
    """Let the server put a message into a case's queue, sealed rightly to the recipient that its card shows to everybody."""
    content = seal_message(message, thread, identity_of(world["anna"], case.id).recipient)
    sealed = SealedMessage(message.id, content, Manifest(hash_of(content), ()))
    with world.parts.store.write() as connection:
        inbox.keep_message(connection, case.id, sealed, world.calendar())
    world.release()


@pytest.fixture
def case(world: World) -> Case:
    """An open case."""
    return world.desk.opens(world.officer.reports("beaten in custody"), together=["anna", "boris"])


def test_a_forged_reply_is_not_shown(world: World, case: Case) -> None:
    """A reply that the server wrote itself is shown to the source as a warning that names the forgery, and never as text."""
    _puts_reply(world, case.receipt, random_bytes(32))
    page = world.officer.looks(case.receipt).html
    assert (LURE in page, "not from the desk" in page) == (False, True)


def test_a_reply_to_somebody_else_is_not_shown(world: World, case: Case) -> None:
    """A true reply of the desk to one source, put into another source's inbox, is not shown there."""
    other = world.desk.opens(world.officer.reports("no leave"), together=["anna", "boris"])
    other.replies("Only for the other one.")
    with world.parts.store.write() as connection:
        connection.execute(update(replies).values(mailbox=case.receipt.keys.mailbox_hash))
    assert "Only for the other one." not in world.officer.looks(case.receipt).html


def test_a_forged_follow_up_is_named(world: World, case: Case) -> None:
    """A message that the server wrote in a source's name is no part of the conversation, and the desk is told that it was forged."""
    forger = _thread(case.receipt, random_bytes(32))
    _puts_message(world, case, write_message(forger, "source", 0, LURE), forger)
    troubles = world.sync("vera")["vera"].troubles
    assert ([type(each.error) for each in troubles], case.seen_by("vera").said) == ([ForgedMessage], ())


def test_a_reply_turned_around_is_named(world: World, case: Case) -> None:
    """What the desk wrote to a source, handed back to the desk as if the source had written it, is refused as forged."""
    thread = _thread(case.receipt)
    _puts_message(world, case, write_message(thread, "desk", 1, LURE), thread)
    assert [type(each.error) for each in world.sync("boris")["boris"].troubles] == [ForgedMessage]


def test_a_withheld_reply_is_noticed(world: World, case: Case) -> None:
    """When the server withholds the first of two replies, the number of the second one tells."""
    case.replies("one")
    with world.parts.store.write() as connection:
        connection.execute(replies.delete())
    case.replies("two")
    with world.parts.store.read() as connection:
        (kept,) = inbox.replies_of(connection, case.receipt.keys.mailbox_hash)
    assert open_message(kept.content, case.receipt.keys.identity, _thread(case.receipt), "desk").number == 2


def _swap_key(world: World, signing: SigningKey) -> Identity:
    """Let the server put a key of its own in the place of Vera's for this week."""
    mine, week = Identity.generate(), epoch_of(world.calendar())
    statement = sign_epoch(world["vera"].instance_id, "vera", week, mine.recipient, signing)
    with world.parts.store.write() as connection:
        connection.execute(update(epochs).where(epochs.c.member == "vera", epochs.c.epoch == week).values(statement=encode(statement)))
    return mine


@pytest.mark.parametrize("signer", ["the server", "vera"])
def test_nothing_is_sealed_to_a_swapped_key(world: World, signer: str) -> None:
    """A server that starts with another key in the place of a confirmed one seals nothing, even if the member's own key made it."""
    _swap_key(world, world["vera"].key if signer == "vera" else SigningKey.generate())
    parts = put_together(world.parts.settings, world.calendar)
    with pytest.raises(FreshnessStale):
        parts.public.epochs(world.calendar())
    parts.store.close()


def test_no_desk_confirms_a_swapped_key(world: World) -> None:
    """The next confirmation of the members does not list a key that the server put in the place of another."""
    mine = _swap_key(world, SigningKey.generate())
    world.calendar.pass_days(4)
    world.renew()
    confirmed = world.parts.public.epochs(world.calendar())
    assert mine.recipient not in confirmed.recipients.values()


def test_a_key_that_her_own_key_made_is_told(world: World) -> None:
    """When somebody else made a key with a member's own signing key, her desk says so and confirms nothing."""
    _swap_key(world, world["vera"].key)
    world.calendar.pass_days(4)
    (trouble,) = world.sync("vera")["vera"].troubles
    assert (type(trouble.error), "somebody else has your signing key" in str(trouble.error)) == (Tampered, True)


def _forged_answer(world: World, asked: Asked, key: SigningKey) -> None:
    """Let a server that watched a visit, and so learnt the messages' secret, write an agreement."""
    case, thread = asked.case, _thread(asked.case.receipt)
    question = case.seen_by("anna").question
    assert question is not None
    given = answer(question, thread.mailbox, "agree", (), key)
    _puts_message(world, case, msgspec.structs.replace(write_message(thread, "source", 1, ""), answer=given), thread)


def test_a_swapped_answer_is_no_consent(world: World, case: Case) -> None:
    """An agreement that is not signed with the source's own key allows nothing, even from a server that knows the messages' secret."""
    asked = case.asks()
    _forged_answer(world, asked, SigningKey.generate())
    with pytest.raises(NoConsent):
        world.desk.publishes(case, together=["anna", "boris"])


def test_an_old_agreement_does_not_outlive_a_no(world: World, case: Case) -> None:
    """An agreement that the server kept and hands in again after the source took it back allows nothing."""
    asked = case.asks()
    world.officer.agrees(asked)
    with world.parts.store.read() as connection:
        kept = connection.execute(select(messages)).mappings().one()
    case.seen_by("anna")
    world.officer.takes_back(asked)
    case.seen_by("boris")
    with world.parts.store.write() as connection:
        connection.execute(insert(messages).values(**{**kept, "id": random_id(), "released": True}))
    world.sync()
    with pytest.raises(NoConsent):
        world.desk.publishes(case, together=["anna", "boris"])


def test_a_desk_that_is_shown_another_log_is_told(world: World, case: Case) -> None:
    """A server that shows one desk something else in a case's log is found out by the next member who writes."""
    world.sync()
    note(world["anna"], case.id, "true")
    note(world["boris"], case.id, "after it")
    with junk.instead(world, case.id, 2):
        assert [(void.reason, void.member) for void in case.seen_by("vera").void] == [("sealed", ""), ("place", "boris")]


def test_a_server_takes_no_event_back(world: World, case: Case) -> None:
    """What a desk has read in a case's log stays, whatever the server shows in its place later."""
    world.sync()
    note(world["anna"], case.id, "true")
    world.sync("vera")
    with junk.instead(world, case.id, 2):
        note(world["boris"], case.id, "written on something else")
        world.sync("vera")
    assert ([line.text for line in case.seen_by("vera").notes], [(void.reason, void.member) for void in case.seen_by("vera").void]) == (
        ["true"],
        [("place", "boris")],
    )
