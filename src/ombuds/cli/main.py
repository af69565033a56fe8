# SPDX-License-Identifier: AGPL-3.0-or-later
"""Puts the nouns together and turns every refusal into one sentence and one hint on stderr.

It decides nothing: each noun's verbs stand in a file of their own. No option makes anything less safe. See spec/cli.md.
"""

from __future__ import annotations

import sys

import typer

from ombuds.cli import demo, desk, mirror, server, verify
from ombuds.core.errors import OmbudsError

app = typer.Typer(
    help="An ombudsman's desk that anyone can host.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    rich_markup_mode=None,
)
app.add_typer(server.app, name="server")
app.add_typer(desk.app, name="desk")
app.add_typer(mirror.app, name="mirror")
app.command("verify")(verify.verify)
app.command("demo")(demo.demo)


def main() -> None:
    """Run the command; exit 1 with a sentence and a hint when something was refused, 130 on Ctrl-C."""
    try:
        app()
    except OmbudsError as refused:
        say(refused)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)


def say(refused: OmbudsError) -> None:
    """Print a refusal: what happened, then what to do next."""
    sentence = refused.sentence[:1].lower() + refused.sentence[1:].rstrip(".")
    detail = f" ({refused.detail})" if refused.detail else ""
    typer.echo(f"ombuds: {sentence}{detail}", err=True)
    typer.echo(f"hint: {refused.help}", err=True)
