# SPDX-License-Identifier: AGPL-3.0-or-later
"""``ombuds send``: a report from the command line. It is sealed on this machine, to members whose charter was checked here.

No served code is trusted, and the server never sees anything readable. The twelve words are printed only after the
server has acknowledged (promise 3), and nothing is written to this machine's disk but which desk was compared. See
spec/cli.md; T08, T10, T19.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, cast, get_args

import typer

from ombuds.cli.asking import ask_back, at_terminal, comparing, read_text, tell
from ombuds.cli.config import known_file
from ombuds.cli.door import Door, door_to
from ombuds.cli.known import KnownDesks, check_desk, recipients_of
from ombuds.cli.options import command_of
from ombuds.cli.sending import send_report
from ombuds.core.charter import InForce
from ombuds.core.errors import SettingWrong
from ombuds.core.sealing import Draft, Help, Problem, Wishes
from ombuds.core.source_keys import derive
from ombuds.core.words import LANGUAGES, new_entropy, to_words
from ombuds.host.clock import today

HELP_WANTED, PROBLEMS = get_args(Help), get_args(Problem)


@dataclass(frozen=True)
class Sending:
    """What ``ombuds send`` is told."""

    server: Annotated[str, typer.Option("--server", help="The desk's address; an onion goes through Tor by itself.")]
    files: Annotated[list[Path], typer.Argument(help="Files to attach, of any type and size.")] = field(default_factory=list)
    text_file: Annotated[Path | None, typer.Option("--text-file", help="File with the text; otherwise it is typed, or comes from standard input.")] = None
    help_wanted: Annotated[str, typer.Option("--help-wanted", help=f"What you want: {', '.join(HELP_WANTED)}.")] = "not-said"
    about: Annotated[str, typer.Option("--about", help=f"What it is about: {', '.join(PROBLEMS)}.")] = "not-said"
    exclude: Annotated[list[str], typer.Option("--exclude", help="A member who must not read it; give it again for more.")] = field(default_factory=list)
    words_language: Annotated[str, typer.Option("--words-language", help=f"Language of the twelve words: {', '.join(LANGUAGES)}.")] = "en"
    fingerprint: Annotated[str, typer.Option("--fingerprint", help="The desk's 30 digits that you got by another way.")] = ""
    proxy: Annotated[str, typer.Option("--proxy", help="A SOCKS proxy, for example socks5h://127.0.0.1:9050.")] = ""


def run(told: Sending) -> None:
    """Send a report without a name: it is sealed on this machine, and the words of its inbox are printed."""
    wishes = _wishes(told)
    with door_to(told.server, told.proxy) as door:
        words = send_through(door, told, wishes)
    tell("the desk has it. These twelve words open its inbox; nobody can tell them to you again. Write them down on paper:")
    typer.echo(" ".join(words))
    if at_terminal():
        ask_back(words)
        tell("that is right. Look into the inbox in a few days: ombuds inbox")


def send_through(door: Door, told: Sending, wishes: Wishes) -> tuple[str, ...]:
    """Check the desk behind a door, seal and send, and return the words once the server has acknowledged."""
    known = KnownDesks(known_file())
    now = door.sealing()
    charter = check_desk(now.charters, door.address, known, comparing(told.fingerprint, known.path))
    to = recipients_of(now, charter, today)
    _check_members(told.exclude, charter)
    text = read_text(told.text_file, wanted=True)
    keys = derive(new_entropy(), charter.instance_id)
    send_report(door, to, Draft(text, told.words_language, "command-line", wishes, keys.contact), told.files)
    return to_words(keys.entropy, told.words_language)


def _wishes(told: Sending) -> Wishes:
    for name, value, possible in (
        ("help-wanted", told.help_wanted, HELP_WANTED),
        ("about", told.about, PROBLEMS),
        ("words-language", told.words_language, LANGUAGES),
    ):
        if value not in possible:
            raise SettingWrong(f"{name}: one of {', '.join(possible)}")
    return Wishes(cast(Help, told.help_wanted), cast(Problem, told.about), tuple(sorted(set(told.exclude))))


def _check_members(names: list[str], charter: InForce) -> None:
    # A misspelt name would leave nobody out, and the member in question would read it.
    for name in names:
        if name not in charter.charter.keys("open"):
            raise SettingWrong(f"exclude: no member has the name {name}; they are {', '.join(charter.charter.keys('open'))}")


send = command_of(Sending, run)
