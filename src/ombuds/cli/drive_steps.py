# SPDX-License-Identifier: AGPL-3.0-or-later
"""The order of the walk, what each step proves, and the lines that tell it.

What a step does stands in drive.py. A step whose browser is not on this machine is told as not driven: it counts neither as
passed nor as failed. See spec/demonstration.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

import typer

from ombuds.cli.drive import Walk
from ombuds.cli.drive_browsing import missing
from ombuds.core.errors import ContentChanged, NotHere, OrderWrong

HINT = "What ran until here stays as it is. Look at what the sentence names on the pages of this demonstration, or begin a new one in an empty folder."


class Step(NamedTuple):
    """One step: what is done, what it proves, and what is missing if it cannot be done here."""

    do: Callable[[], None]
    proved: str
    missing: str = ""


def drive(steps: Iterable[Step]) -> None:
    """Take every step in order and tell it, until the first proof that fails, which ends the program by its name. Raises RemoteSilent."""
    left_out = 0
    for number, step in enumerate(steps, start=1):
        said = f"{number:2}. {(step.do.__doc__ or '').strip()}"
        if step.missing:
            left_out += 1
            typer.echo(f"{said} Not driven: {step.missing}")
            continue
        try:
            step.do()
        except (OrderWrong, ContentChanged, NotHere) as wrong:
            typer.echo(f"ombuds: a proof failed at step {number}, that {step.proved}: {wrong.detail or wrong.sentence}", err=True)
            typer.echo(f"hint: {HINT}", err=True)
            raise typer.Exit(1) from None
        typer.echo(f"{said} Proved: {step.proved}.")
    typer.echo(f"All steps held that were driven; not driven: {left_out}." if left_out else "All steps held.")


def steps(walk: Walk) -> Iterator[Step]:
    """The whole journey in its order."""
    yield Step(walk.an_empty_report_comes_back, "nothing is sent, and what was chosen is still in the form")
    yield Step(walk.the_officer_reports, "twelve words came, and came only after the sealed bytes were kept")
    yield Step(walk.two_words_are_asked_back, "a wrong word is asked again, the right ones are accepted")
    yield Step(walk.the_server_holds_sealed_bytes, "text, file name and file content are found nowhere in the server's folder")
    yield Step(walk.one_member_cannot_open, "with one approval no case comes to be")
    yield Step(walk.two_members_open_together, "the second approval opens the report on the first member's machine")
    yield Step(walk.the_files_are_saved, "both attachments are byte for byte what the officer sent")
    yield Step(walk.the_desk_answers, "the reply with its file reaches the inbox, and only the twelve words open it")
    yield Step(walk.other_words_open_nothing, "misspelt words are named, unknown words look like an empty inbox")
    yield Step(walk.the_officer_answers, "the message reaches another member's desk")
    yield Step(walk.the_desk_asks_for_consent, "the officer reads the exact text and agrees without the region")
    yield Step(walk.one_member_cannot_publish, "with one signature the story is not public")
    yield Step(walk.two_members_publish, "the second signature makes it public, without the region")
    yield Step(walk.the_page_is_checked, "the saved page verifies offline, and one changed word is named")
    yield Step(walk.the_record_is_copied, "a mirror's copy of the whole record checks")
    yield Step(walk.an_update_goes_out, "two members publish an update that needs no case")
    lacks = missing(walk.reader.open("/en/report").html)
    yield Step(walk.a_report_comes_from_a_browser, "twelve words came, and nothing that the browser sent shows text, file or words", lacks)
    yield Step(walk.the_browser_opens_its_inbox, "the desk marks it as sealed in the browser, the file is whole, and the browser reads the reply", lacks)
    yield Step(walk.a_report_comes_from_the_terminal, "it was sealed on the officer's own machine, to the desk of the fingerprint and to no other")
    yield Step(walk.the_terminal_s_words_open_both_inboxes, "the reply is read at the terminal, and the same words open the inbox without JavaScript")
    campaign = walk.joining
    yield Step(campaign.a_supporter_joins, "it took one page, and twelve words came because they were asked for")
    yield Step(campaign.a_browser_joins, "what was shown is what was sealed, and nothing that the browser sent shows the sentence or the receipt", lacks)
    yield Step(campaign.others_join, "before its batch no post is public, and the number does not move")
    yield Step(campaign.one_member_rules, "with one ruling nothing is accepted")
    yield Step(campaign.two_members_rule, "the post stands on the wall, the number grew by exactly the accepted ones, the insult is counted as rejected")
    yield Step(campaign.a_copy_counts_the_same, "the check of a mirror's copy comes to the number on the page")
    yield Step(campaign.it_is_taken_back, "the post is hidden at once, counted with the next batch, and a fresh copy counts one less")
    yield Step(walk.nothing_was_left_behind, "after the whole journey the server's folder still shows nothing readable")
