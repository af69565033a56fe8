# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a source is asked at the terminal: the desk's fingerprint, the text, the words, and a yes.

Questions go to stderr, so that stdout holds data alone. Nothing that is typed is written to a file. Where there is no
terminal, standard input gives the words as its first line and the text as the rest. See spec/cli.md.
"""

from __future__ import annotations

import sys
from pathlib import Path

import typer

from ombuds.cli.known import Compare
from ombuds.cli.verify import one_line
from ombuds.core.charter import InForce, fingerprint
from ombuds.core.errors import CharterRefused, Malformed, NotHere, SettingWrong
from ombuds.core.keys import random_below
from ombuds.core.words import COUNT
from ombuds.mirror.check import check_fingerprint

SAME = "same"
# Lists are made so that four letters tell a word.
LETTERS = 4


def tell(line: str) -> None:
    """Say something to the person."""
    typer.echo(f"ombuds: {line}", err=True)


def at_terminal() -> bool:
    """Say whether a person sits here."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def comparing(given: str, kept_in: Path) -> Compare:
    """Return how a desk that is not known yet is compared: with the given digits, or by asking."""

    def compare(founding: InForce) -> None:
        if given:
            check_fingerprint(founding.instance_id, given)
        else:
            _ask_fingerprint(founding)
        tell(f"this desk is remembered in {kept_in}: whoever reads that file learns that you wrote to it")

    return compare


def read_text(file: Path | None, wanted: bool) -> str:
    """Return the text: of a file, of the terminal until Ctrl-D, or of standard input. Raises NotHere, Malformed."""
    if file is not None:
        try:
            return _decoded(file.read_bytes())
        except OSError:
            raise NotHere(f"no file {file}") from None
    if not wanted:
        return ""
    if at_terminal():
        tell("write your text; Ctrl-D on an empty line ends it")
    return _decoded(sys.stdin.buffer.read())


def read_secret_words() -> str:
    """Return the twelve words as they were typed, unseen, or as the first line of standard input."""
    if not sys.stdin.isatty():
        return _decoded(sys.stdin.buffer.readline())
    typed: str = typer.prompt("Your twelve words", hide_input=True, err=True)
    return typed


def ask_back(words: tuple[str, ...]) -> None:
    """Ask for two of the words until they are right."""
    first = random_below(COUNT)
    second = (first + 1 + random_below(COUNT - 1)) % COUNT
    for place in sorted((first, second)):
        while typer.prompt(f"Word {place + 1}", err=True).strip().casefold()[:LETTERS] != words[place].casefold()[:LETTERS]:
            tell("that is not the word; look at what you wrote down")


def agrees(question: str) -> bool:
    """Ask for a yes where a person sits; a script said it by giving the code."""
    return not at_terminal() or typer.confirm(question, err=True)


def _decoded(content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError:
        raise Malformed("this is not text; attach it as a file instead") from None


def _ask_fingerprint(founding: InForce) -> None:
    digits = fingerprint(founding.instance_id)
    if not at_terminal():
        raise SettingWrong(f"no terminal to compare the fingerprint at; give the digits of your paper with --fingerprint. The server shows {digits}")
    tell(f"the desk calls itself {one_line(founding.charter.name)}; its fingerprint is")
    typer.echo(f"  {digits}", err=True)
    tell("compare it with the one on paper, or from a person you trust; the site itself proves nothing")
    typed: str = typer.prompt(f"The 30 digits of your paper, or {SAME} if you have compared them", err=True)
    if typed.strip().lower() == SAME:
        return
    if not any(sign.isdigit() for sign in typed):
        raise CharterRefused("the fingerprint was not compared")
    check_fingerprint(founding.instance_id, typed)
