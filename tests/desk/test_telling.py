# SPDX-License-Identifier: AGPL-3.0-or-later
"""The source is told which answer the desk has, and when a text became public: once each, by the source's own answer and the record."""

from __future__ import annotations

import msgspec
import pytest

from ombuds.core.consent import Choice, Heard, answer
from ombuds.core.keys import Id
from ombuds.core.source import open_inbox
from ombuds.desk.casework.talk import Letter, _send, ask_consent, tell_heard
from ombuds.desk.log import follow, read_case
from ombuds.desk.release.approving import approve
from ombuds.desk.release.prepare import propose_story
from ombuds.server.store import inbox
from tests.desk.desks import Source, World, opened, story


@pytest.fixture
def source(world: World) -> Source:
    """A source who is asked about a story."""
    return world.source()


@pytest.fixture
def case(world: World, source: Source) -> Id:
    """The case in which the source was asked."""
    case = opened(world, source)
    ask_consent(world["anna"], case, story())
    world.release()
    return case


def _heard(source: Source) -> list[Heard]:
    return [message.heard for message in source.reads() if message.heard is not None]


def _publishes(world: World, source: Source, case: Id) -> None:
    source.answers("agree")
    world.sync()
    proposal = propose_story(world["anna"], case, story(), "consent")
    world.sync("boris")
    approve(world["boris"], proposal)
    world.sync("anna")
    world.sync()
    world.release()


@pytest.mark.parametrize(("choice", "without"), [("agree", ()), ("agree", ("region",)), ("refuse", ()), ("revoke", ())])
def test_an_answer_is_confirmed(world: World, source: Source, case: Id, choice: Choice, without: tuple[str, ...]) -> None:
    """After a desk took an answer, the source reads which one it has, of that day."""
    question = read_case(world["anna"], case).question
    source.answers(choice, without)
    world.sync("vera")
    world.release()
    assert question is not None
    assert _heard(source) == [Heard(question.hash, choice, without, world.calendar())]


def test_nothing_is_confirmed_before_a_desk_has_it(world: World, source: Source, case: Id) -> None:
    """While the answer waits at the server the inbox tells of none."""
    source.answers("agree")
    world.release()
    assert _heard(source) == []


def test_an_answer_is_confirmed_once(world: World, source: Source, case: Id) -> None:
    """However many desks look, and however often, the source is told once."""
    source.answers("agree")
    world.sync()
    world.sync()
    world.release()
    assert len(_heard(source)) == 1


def test_two_desks_at_once_tell_it_once(world: World, source: Source, case: Id) -> None:
    """A desk that knew the case before another one told the source does not tell it again."""
    source.answers("agree")
    world.sync("vera")
    last = read_case(world["vera"], case)
    before = msgspec.structs.replace(last, said=last.said[:-1])
    tell_heard(world["vera"], before)
    world.release()
    assert len(_heard(source)) == 1


def test_taking_back_is_confirmed_after_the_yes(world: World, source: Source, case: Id) -> None:
    """A consent that is taken back is confirmed as that, and the last word counts in the inbox."""
    source.answers("agree")
    world.sync()
    source.answers("revoke")
    world.sync()
    world.release()
    with world.parts.store.read() as connection:
        replies = inbox.replies_of(connection, source.keys.mailbox_hash)
    here = open_inbox(replies, source.keys.identity, source.thread)
    told = here.standing(here.questions[0]).answer
    assert ([one.what for one in _heard(source)], told and told.what) == (["agree", "revoke"], "revoke")


def test_an_answer_by_somebody_else_is_not_confirmed(world: World, source: Source, case: Id) -> None:
    """An answer that was not signed with the source's consent key is not told as the source's."""
    question = read_case(world["anna"], case).question
    assert question is not None
    stranger = world.source()
    forged = answer(question, source.keys.mailbox_hash, "agree", (), stranger.keys.consent)
    source.writes("", answer=forged)
    world.sync()
    world.release()
    assert _heard(source) == []


def test_a_publication_is_told_with_its_day(world: World, source: Source, case: Id) -> None:
    """When the text is out, the source reads that it is public since the entry's day."""
    _publishes(world, source, case)
    last = world["anna"].record.lines[-1]
    assert [(one.what, one.day) for one in _heard(source)] == [("agree", world.calendar()), ("published", last.day)]


def test_a_publication_is_told_once(world: World, source: Source, case: Id) -> None:
    """Further looks of any desk tell it no second time."""
    _publishes(world, source, case)
    world.sync()
    world.sync()
    world.release()
    assert [one.what for one in _heard(source)].count("published") == 1


def test_a_wrong_word_of_a_member_is_corrected(world: World, source: Source, case: Id) -> None:
    """Where a member told the source of another answer than the one that came, the next desk that looks tells the true one."""
    source.answers("agree")
    world.sync("vera")
    now = follow(world["boris"], case)
    assert now.question is not None
    wrong = Heard(now.question.hash, "refuse", (), world.calendar())
    _send(world["boris"], case, "sent", Letter("", (), (), None, wrong))
    tell_heard(world["anna"], follow(world["anna"], case))
    world.release()
    assert [one.what for one in _heard(source)] == ["agree", "refuse", "agree"]
