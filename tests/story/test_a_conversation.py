# SPDX-License-Identifier: AGPL-3.0-or-later
"""How a source and the desk go on talking, with nothing but twelve words between them."""

from __future__ import annotations

from ombuds.core.cards import CARD_DAYS
from tests.desk.desks import story
from tests.world import World


def test_the_desk_answers(world: World) -> None:
    """What the desk writes stands in the inbox of the twelve words."""
    receipt = world.officer.reports("beaten in custody")
    world.desk.opens(receipt, together=["anna", "boris"]).replies("We have read your report.")
    assert "We have read your report." in world.officer.looks(receipt).html


def test_a_follow_up_reaches_the_case(world: World) -> None:
    """What the source adds is read by a member who did not open the report."""
    receipt = world.officer.reports("beaten in custody")
    case = world.desk.opens(receipt, together=["anna", "boris"])
    world.officer.writes(receipt, "and there is a video", files=[("video.mp4", b"moving pictures")])
    said = case.seen_by("vera").said
    assert [(line.message.text, [note.name for note in line.message.files]) for line in said] == [("and there is a video", ["video.mp4"])]


def test_without_a_card_a_follow_up_is_a_new_report(world: World) -> None:
    """When the case's card has run out, what a source adds becomes a new report of the same inbox, which the desk opens anew."""
    receipt = world.officer.reports("beaten in custody")
    world.desk.opens(receipt, together=["anna", "boris"])
    for _ in range(CARD_DAYS // 7 + 1):
        world.calendar.pass_days(7)
        world.renew()
    world.officer.writes(receipt, "it happened again")
    (again,) = world.desk.opens_all(receipt, together=["boris", "vera"])
    assert again.seen_by("boris").body.text == "it happened again"


def test_before_a_case_a_follow_up_is_a_second_report(world: World) -> None:
    """What a source adds before anybody opened the first report is opened together with it."""
    receipt = world.officer.reports("beaten in custody")
    world.officer.writes(receipt, "and there is a video")
    cases = world.desk.opens_all(receipt, together=["anna", "boris"])
    assert sorted(case.seen_by("anna").body.text for case in cases) == ["and there is a video", "beaten in custody"]


def test_a_source_answers_in_another_language(world: World) -> None:
    """A source that reported on the English pages agrees on the Russian ones, and the text becomes public."""
    receipt = world.officer.reports("beaten in custody")
    case = world.desk.opens(receipt, together=["anna", "boris"])
    world.officer.reading("ru").agrees(case.asks(story()))
    published = world.desk.publishes(case, together=["anna", "vera"])
    assert published.title in world.reader.sees(published.path)


def test_russian_words_open_the_inbox_on_english_pages(world: World) -> None:
    """Twelve Russian words open the inbox on the English pages."""
    receipt = world.officer.reading("ru").reports("избили в отделе")
    world.desk.opens(receipt, together=["anna", "boris"]).replies("Мы прочитали.")
    assert "Мы прочитали." in world.officer.looks(receipt).html
