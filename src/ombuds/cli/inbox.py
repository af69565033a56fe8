# SPDX-License-Identifier: AGPL-3.0-or-later
"""``ombuds inbox``: what the desk answered, opened on this machine, and what the source does with it.

The twelve words come from a hidden prompt or from standard input, never from the command line (T08, T33), and only after
the desk at the address is the known one. The same words open the same inbox without JavaScript. See spec/cli.md.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import typer

from ombuds.cli import inbox_acts as acts
from ombuds.cli.asking import agrees, comparing, read_secret_words, read_text, tell
from ombuds.cli.config import known_file
from ombuds.cli.door import Door, door_to
from ombuds.cli.inbox_acts import Inbox
from ombuds.cli.inbox_shown import content_lines, inbox_lines
from ombuds.cli.known import KnownDesks, check_desk
from ombuds.cli.options import command_of
from ombuds.core.consent import Choice
from ombuds.core.errors import SettingWrong
from ombuds.core.source_keys import derive
from ombuds.core.words import read_words

CHOICES: tuple[Choice, ...] = ("agree", "refuse", "revoke")


@dataclass(frozen=True)
class Looking:
    """What ``ombuds inbox`` is told."""

    server: Annotated[str, typer.Option("--server", help="The desk's address; an onion goes through Tor by itself.")]
    save: Annotated[Path | None, typer.Option("--save", help="Save the files of all replies into this folder.")] = None
    reply: Annotated[bool, typer.Option("--reply", help="Write to the desk: typed, or what follows the words on standard input.")] = False
    text_file: Annotated[Path | None, typer.Option("--text-file", help="File with the text to write.")] = None
    attach: Annotated[list[Path], typer.Option("--attach", help="A file to send; give it again for more.")] = field(default_factory=list)
    agree: Annotated[str, typer.Option("--agree", help="Code of the question whose exact text may become public.")] = ""
    refuse: Annotated[str, typer.Option("--refuse", help="Code of the question whose text must not become public.")] = ""
    revoke: Annotated[str, typer.Option("--revoke", help="Code of the question that you agreed to and take back.")] = ""
    without: Annotated[list[str], typer.Option("--without", help="With --agree: region, rank or tags, left out of it.")] = field(default_factory=list)
    delete: Annotated[list[str], typer.Option("--delete", help="Number of a reply to delete, or all.")] = field(default_factory=list)
    close: Annotated[bool, typer.Option("--close", help="Tell the desk that you close the case.")] = False
    fingerprint: Annotated[str, typer.Option("--fingerprint", help="The desk's 30 digits that you got by another way.")] = ""
    proxy: Annotated[str, typer.Option("--proxy", help="A SOCKS proxy, for example socks5h://127.0.0.1:9050.")] = ""


def run(told: Looking) -> None:
    """Open an inbox with its twelve words: read, save, answer, write, delete."""
    if told.without and not told.agree:
        raise SettingWrong("without: only together with agree")
    with door_to(told.server, told.proxy) as door:
        visit(door, told)


def visit(door: Door, told: Looking) -> None:
    """Check the desk behind a door, open the inbox, show it, and do what was asked for."""
    known = KnownDesks(known_file())
    now = door.sealing()
    charter = check_desk(now.charters, door.address, known, comparing(told.fingerprint, known.path))
    keys = derive(read_words(read_secret_words()), charter.instance_id)
    here = acts.look(door, charter, keys)
    for line in inbox_lines(here.opened):
        typer.echo(line)
    if told.save is not None:
        for path in acts.save(here, told.save):
            tell(f"saved {path}")
    _answer(here, told)
    text = read_text(told.text_file, told.reply)
    if told.reply or told.text_file is not None or told.attach:
        acts.write(here, now, charter, text, told.attach)
        tell("the desk has your message")
    if told.close:
        acts.close(here)
        tell("the desk is told that you close the case")
    if told.delete:
        tell(f"deleted: {acts.delete(here, told.delete)}")


def _answer(here: Inbox, told: Looking) -> None:
    codes = {"agree": told.agree, "refuse": told.refuse, "revoke": told.revoke}
    for choice in CHOICES:
        if not codes[choice]:
            continue
        question = acts.question_of(here, codes[choice])
        for line in content_lines(question.content):
            typer.echo(f"| {line}", err=True)
        left_out = f" without {', '.join(told.without)}" if told.without and choice == "agree" else ""
        if not agrees(f"{choice.capitalize()} to exactly this text{left_out}?" if choice != "revoke" else "Take your consent to this text back?"):
            tell("nothing was answered")
            continue
        acts.respond(here, question, choice, told.without if choice == "agree" else ())
        tell(f"your answer is signed and sent: {choice}{left_out}")


inbox = command_of(Looking, run)
