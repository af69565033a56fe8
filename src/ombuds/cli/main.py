# SPDX-License-Identifier: AGPL-3.0-or-later
"""Puts the nouns together and turns every refusal into one sentence and one hint on stderr.

It decides nothing: each noun's verbs stand in a file of their own, and only the file of the noun that was typed is read;
for help and for a noun that is none, all of them. No option makes anything less safe. See spec/cli.md.
"""

from __future__ import annotations

import sys

import typer

from ombuds.cli.late import Wanted, late
from ombuds.core.errors import OmbudsError

NOUNS: tuple[Wanted, ...] = ("server", "desk", "mirror")
VERBS: tuple[Wanted, ...] = ("send", "inbox", "verify", "demo")


def main() -> None:
    """Run the command; exit 1 with a sentence and a hint when something was refused, 130 on Ctrl-C."""
    try:
        program(sys.argv[1:2])()
    except OmbudsError as refused:
        say(refused)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)


def program(typed: list[str]) -> typer.Typer:
    """Return the commands that the first typed word can mean."""
    app = typer.Typer(
        help="An ombudsman's desk that anyone can host.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        add_completion=False,
        rich_markup_mode=None,
    )
    # A single command would be run without its name; this keeps the name even where one command is all that was read.
    app.callback()(_named)
    known = [*NOUNS, *VERBS]
    for name in [each for each in known if each in typed] or known:
        found = late(name)
        if name in NOUNS:
            app.add_typer(found.app, name=name)
        else:
            app.command(name)(getattr(found, name))
    return app


def say(refused: OmbudsError) -> None:
    """Print a refusal: what happened, then what to do next."""
    sentence = refused.sentence[:1].lower() + refused.sentence[1:].rstrip(".")
    detail = f" ({refused.detail})" if refused.detail else ""
    typer.echo(f"ombuds: {sentence}{detail}", err=True)
    typer.echo(f"hint: {refused.help}", err=True)


def _named() -> None:
    """Leave everything to the commands."""
