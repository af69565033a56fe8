# SPDX-License-Identifier: AGPL-3.0-or-later
"""Talking with a source and writing into a case's log, with forgers and with desks that write at once."""

from __future__ import annotations

import msgspec
import pytest

from ombuds.core.case import Exchanged, Line
from ombuds.core.errors import ForgedMessage, NoConsent, OrderWrong, Tampered
from ombuds.core.keys import Id, hash_of, random_bytes
from ombuds.core.messages import Thread, seal_message, write_message
from ombuds.core.sealing import Manifest
from ombuds.desk.casework.notes import close, note, status
from ombuds.desk.casework.talk import ask_consent, reply
from ombuds.desk.log import append, identity_of, read_case
from ombuds.desk.pages.case import case_view
from tests.desk.desks import Source, World, opened, story


def test_a_reply_reaches_the_source(world: World) -> None:
    """What the desk answers is read by the source after the next batch."""
    source = world.source()
    case = opened(world, source)
    reply(world["boris"], case, "We have read this.")
    world.release()
    assert [message.text for message in source.reads()] == ["We have read this."]


def test_replies_are_numbered_and_list_what_arrived(world: World) -> None:
    """The second reply has the number two and lists the message that arrived between."""
    source = world.source()
    case = opened(world, source)
    reply(world["boris"], case, "one")
    sent = source.writes("and there is more")
    world.sync("vera")
    reply(world["anna"], case, "two")
    world.release()
    assert (source.reads()[-1].number, source.reads()[-1].received) == (2, (sent.id,))


def test_an_empty_reply_is_refused(world: World) -> None:
    """A reply without text and files is not sent."""
    case = opened(world, world.source())
    with pytest.raises(OrderWrong):
        reply(world["boris"], case, "  ")


def test_a_follow_up_stands_in_every_desks_case(world: World) -> None:
    """A source's next message is read on each desk of the team, whoever fetched it."""
    source = world.source()
    case = opened(world, source)
    source.writes("and there is more")
    world.sync()
    assert [[line.message.text for line in read_case(world[name], case).said] for name in ("anna", "vera")] == [["and there is more"]] * 2


def test_a_message_is_not_logged_twice(world: World) -> None:
    """A message that two desks fetched at once stands in the case once."""
    source = world.source()
    case = opened(world, source)
    source.writes("and there is more")
    world.sync()
    world.sync()
    assert len(read_case(world["anna"], case).said) == 1


def test_messages_that_are_fetched_at_once_stand_by_what_the_source_had_seen(world: World) -> None:
    """Whatever their random ids are, what was written before a reply of the desk was seen stands before what was written after it."""
    source = world.source()
    case = opened(world, source)
    for number, name in ((2, "1"), (0, "2"), (1, "0"), (0, "3")):
        source.writes(f"seen {number}", number=number, id=name * 32)
    world.sync("vera")
    assert [line.message.text for line in read_case(world["vera"], case).said] == ["seen 0", "seen 0", "seen 1", "seen 2"]


def _forge(world: World, source: Source, case: Id) -> Id:
    """Put a message into the queue that somebody without the words wrote."""
    forged = Thread(source.thread.instance_id, source.thread.mailbox, 0, random_bytes(32))
    recipient = identity_of(world["anna"], case).recipient
    return source.puts(case, seal_message(write_message(forged, "source", 0, "call this number"), forged, recipient))


def _replaced(world: World) -> Id:
    """Let boris log other words under the id of a message that waits."""
    source = world.source()
    case = opened(world, source)
    true = source.writes("The captain beat him.")
    false = msgspec.structs.replace(true, text="I made it all up.", files=())
    append(world["boris"], case, "received", lambda _: Exchanged(false, Manifest(hash_of(b""), ())))
    return case


def test_other_words_for_a_message_do_not_replace_it(world: World) -> None:
    """What the source wrote stands beside what a member logged in its place, each with the member who brought it."""
    case = _replaced(world)
    world.sync()
    said = {(line.message.text, line.member == "boris") for line in read_case(world["vera"], case).said}
    assert {("I made it all up.", True), ("The captain beat him.", False)} <= said


def test_who_logged_other_words_is_named(world: World) -> None:
    """The desk that opens the source's message tells who logged something else in its place."""
    _replaced(world)
    (trouble,) = world.sync("vera")["vera"].troubles
    assert (type(trouble.error), "boris" in trouble.error.detail) == (Tampered, True)


def test_a_message_waits_while_other_words_stand_for_it(world: World) -> None:
    """The desk that finds other words in the log does not let the server forget the source's own."""
    case = _replaced(world)
    world.sync("boris")
    world.sync("vera")
    assert len(world["anna"].remote.messages(case).messages) == 1


def test_a_forged_follow_up_is_told(world: World) -> None:
    """A follow-up that the source did not write is told as forged."""
    source = world.source()
    case = opened(world, source)
    _forge(world, source, case)
    assert [type(trouble.error) for trouble in world.sync("boris")["boris"].troubles] == [ForgedMessage]


def test_a_forged_follow_up_is_no_part_of_the_conversation(world: World) -> None:
    """A forged follow-up does not stand in the conversation."""
    source = world.source()
    case = opened(world, source)
    _forge(world, source, case)
    world.sync()
    assert read_case(world["anna"], case).said == ()


def test_a_forged_follow_up_is_noted_for_the_team(world: World) -> None:
    """A forged follow-up is kept where it was found and noted for the whole team."""
    source = world.source()
    case = opened(world, source)
    name = _forge(world, source, case)
    world.sync()
    flagged = [message.id for message in world["anna"].vault.flagged(case)]
    assert (flagged, len(read_case(world["vera"], case).notes)) == ([name], 1)


def test_a_note_is_read_by_the_team(world: World) -> None:
    """A note of one member is read by another after the next look."""
    case = opened(world, world.source())
    note(world["boris"], case, "Check the duty roster.")
    world.sync("vera")
    assert [line.text for line in read_case(world["vera"], case).notes] == ["Check the duty roster."]


def test_two_desks_that_write_at_once_both_write(world: World) -> None:
    """When another desk's event comes first, the later desk reads it and writes after it."""
    case = opened(world, world.source())
    once = [True]

    def slow(_: object) -> Line:
        if once:
            once.clear()
            note(world["boris"], case, "first")
        return Line("second")

    append(world["anna"], case, "note", slow)
    assert [line.text for line in read_case(world["anna"], case).notes] == ["first", "second"]


def test_a_closed_case_opens_again_when_the_source_writes(world: World) -> None:
    """A message of the source opens a closed case again."""
    source = world.source()
    case = opened(world, source)
    close(world["anna"], case, "solved")
    source.writes("it is not solved")
    world.sync()
    assert read_case(world["vera"], case).state == "open"


def test_a_source_closes_a_case(world: World) -> None:
    """A source that closes the case closes it for the whole team."""
    source = world.source()
    case = opened(world, source)
    source.writes("", close=True)
    world.sync()
    assert [read_case(world[name], case).state for name in ("anna", "vera")] == ["closed", "closed"]


def test_a_close_by_the_source_ends_its_consent(world: World) -> None:
    """What a source agreed to before it closed the case may not be published after."""
    source = world.source()
    case = opened(world, source)
    ask_consent(world["anna"], case, story())
    world.release()
    source.answers("agree")
    source.writes("", close=True)
    world.sync()
    with pytest.raises(NoConsent):
        read_case(world["boris"], case).consent_to(story())


def test_a_close_by_the_source_is_shown(world: World) -> None:
    """The conversation says that the source closed the case."""
    source = world.source()
    case = opened(world, source)
    source.writes("", close=True)
    world.sync()
    assert case_view(world["anna"], read_case(world["anna"], case)).messages[-1].closes


def test_the_status_is_a_line(world: World) -> None:
    """The status that one member writes is the case's status."""
    case = opened(world, world.source())
    assert status(world["anna"], case, "asked the ministry").status == "asked the ministry"


def test_consent_is_recorded_with_its_answer(world: World) -> None:
    """A source's agreement to a text makes the case ready for it."""
    source = world.source()
    case = opened(world, source)
    ask_consent(world["anna"], case, story())
    world.release()
    source.answers("agree")
    world.sync()
    assert read_case(world["boris"], case).consent_to(story()).content == story()
