# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a member logs as published is no publication of the case unless the record says that it came from this source's agreement (T05)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ombuds.core.case import Line, Published
from ombuds.core.keys import Id
from ombuds.core.publication import PublicSource
from ombuds.desk.casework.talk import ask_consent
from ombuds.desk.log import append, read_case
from ombuds.desk.pages.case import case_view
from ombuds.desk.release.approving import approve
from ombuds.desk.release.asking import published_from
from ombuds.desk.release.current import current
from ombuds.desk.release.prepare import propose_story, propose_update
from ombuds.desk.release.send import log_published
from tests.desk.desks import World, opened, story, update
from tests.desk.screens import browser_at
from tests.desk.test_release import agreed

SOURCED = story("From the gazette", sources=(PublicSource("A paper", "https://paper.example/1"),))


def _made_public(world: World, case: Id | None, **ground: str) -> Published:
    """Let two members publish, from a case or from public sources."""
    if case is None:
        proposal = propose_update(world["anna"], update())
    elif ground:
        proposal = propose_story(world["anna"], case, SOURCED, "sources")
    else:
        proposal = propose_story(world["anna"], case, story(), "consent")
    world.sync("boris")
    approve(world["boris"], proposal)
    world.sync()
    line = next(line for line in reversed(world["anna"].record.lines) if line.subject)
    return Published(line.subject, line.version, line.leaf)


def _of_another_case(world: World) -> Published:
    return _made_public(world, agreed(world, world.source(), story()))


def _of_another_case_on_public_sources(world: World) -> Published:
    return _made_public(world, opened(world, world.source()), ground="sources")


def _of_no_case(world: World) -> Published:
    return _made_public(world, None)


def _of_no_leaf(_world: World) -> Published:
    return Published("ab" * 16, 1, "cd" * 32)


def _with_the_leaf_of_another(world: World) -> Published:
    return Published("ab" * 16, 1, _of_no_case(world).leaf)


FORGED = {each.__name__: each for each in (_of_another_case, _of_another_case_on_public_sources, _of_no_case, _of_no_leaf, _with_the_leaf_of_another)}


@pytest.fixture
def asked_case(world: World) -> Id:
    """A case whose source agreed to a text that nobody was asked to sign yet."""
    return agreed(world, world.source(), story("Another night"))


def _forges(world: World, case: Id, published: Published) -> None:
    append(world["boris"], case, "published", lambda _: published)
    world.sync()


@pytest.mark.parametrize("forged", FORGED.values(), ids=FORGED)
def test_a_forged_publication_is_none_of_the_case(world: World, asked_case: Id, forged: Callable[[World], Published]) -> None:
    """A member who logs another case's true entry, or one that is nowhere, makes nothing a publication of this case."""
    _forges(world, asked_case, forged(world))
    known = read_case(world["vera"], asked_case)
    view = case_view(world["vera"], known)
    assert (len(known.published), published_from(world["vera"], known), view.published, view.state) == (1, (), (), "agreed")


@pytest.mark.parametrize("forged", [_of_another_case, _of_no_leaf])
def test_a_forged_publication_hides_no_draft(world: World, asked_case: Id, forged: Callable[[World], Published]) -> None:
    """The editor still begins with the text that the source agreed to, whatever a member logged."""
    _forges(world, asked_case, forged(world))
    assert 'value="Another night"' in browser_at(world, world["vera"]).open(f"/publish?case={asked_case}").text


@pytest.mark.parametrize("forged", [_of_another_case, _of_no_leaf])
def test_a_forged_publication_hides_no_line_of_today(world: World, asked_case: Id, forged: Callable[[World], Published]) -> None:
    """Today still says that the members are to be asked, and the list that the source agreed, whatever a member logged."""
    _forges(world, asked_case, forged(world))
    browser = browser_at(world, world["vera"])
    browser.open(f"/cases/{asked_case}")
    today = browser.open("/").text
    assert ("The source agreed; ask the members to sign." in today, world["vera"].vault.matter(asked_case).state) == (True, "agreed")


@pytest.mark.parametrize("forged", [_of_no_leaf, _of_another_case])
def test_lists_call_a_case_published_when_the_record_holds_it(world: World, asked_case: Id, forged: Callable[[World], Published]) -> None:
    """After the true publication each desk's list says so, though a member had logged another one."""
    _forges(world, asked_case, forged(world))
    proposal = propose_story(world["anna"], asked_case, story("Another night"), "consent")
    world.sync("vera")
    approve(world["vera"], proposal)
    world.sync()
    assert [desk.vault.matter(asked_case).state for desk in world.desks.values()] == ["published"] * len(world.desks)


def test_a_source_s_close_ends_the_line_of_today(world: World) -> None:
    """Who agreed and then closed the case is published no more, and Today asks nobody to sign it."""
    source = world.source()
    case = agreed(world, source, story())
    source.writes("", close=True)
    world.sync()
    browser = browser_at(world, world["vera"])
    browser.open(f"/cases/{case}")
    assert (read_case(world["vera"], case).withdrawn, "The source agreed; ask the members to sign." in browser.open("/").text) == (True, False)


def test_a_forged_publication_of_a_case_without_a_question_is_not_listed(world: World) -> None:
    """A leaf that is nowhere makes no open case published in the list."""
    case = opened(world, world.source())
    _forges(world, case, _of_no_leaf(world))
    assert [desk.vault.matter(case).state for desk in world.desks.values()] == ["open"] * len(world.desks)


@pytest.mark.parametrize("forged", [_of_another_case, _of_no_leaf])
def test_after_a_forged_publication_the_true_one_goes_out(world: World, asked_case: Id, forged: Callable[[World], Published]) -> None:
    """What the source agreed to is published and told as this case's, after a member logged another one."""
    _forges(world, asked_case, forged(world))
    proposal = propose_story(world["anna"], asked_case, story("Another night"), "consent")
    world.sync("vera")
    approve(world["vera"], proposal)
    world.sync()
    (line,) = published_from(world["anna"], read_case(world["anna"], asked_case))
    assert (line.version, current(world["anna"], line.subject).case) == (1, asked_case)


def test_a_forged_event_with_the_true_leaf_hides_nothing(world: World) -> None:
    """Who logs the true leaf under a false subject does not keep the publication out of the case."""
    case = agreed(world, world.source(), story())
    true = _made_public(world, case)
    _forges(world, case, Published("ab" * 16, 1, true.leaf))
    assert [line.leaf for line in published_from(world["vera"], read_case(world["vera"], case))] == [true.leaf]


def test_what_no_member_logged_is_told_all_the_same(world: World) -> None:
    """What rests on the source's agreement is the case's publication by the record, before any desk has logged it."""
    case = agreed(world, world.source(), story())
    true = _made_public(world, case)
    known = read_case(world["vera"], case)
    assert [line.leaf for line in published_from(world["vera"], known)] == [true.leaf]


def test_a_publication_on_public_sources_belongs_to_the_case_that_it_was_signed_for(world: World) -> None:
    """A story on public sources that was signed as a case's stands in that case."""
    case = opened(world, world.source())
    true = _made_public(world, case, ground="sources")
    log_published(world["anna"])
    world.sync()
    assert [line.leaf for line in published_from(world["vera"], read_case(world["vera"], case))] == [true.leaf]


def test_a_member_s_close_does_not_void_the_answer_on_its_way(world: World) -> None:
    """A source who agrees after a member closed the case has agreed, on every desk of the team."""
    source = world.source()
    case = opened(world, source)
    ask_consent(world["anna"], case, story())
    world.release()
    append(world["boris"], case, "closed", lambda _: Line("There is nothing in it."))
    source.answers("agree")
    world.sync()
    assert read_case(world["vera"], case).consent_to(story()).content == story()
