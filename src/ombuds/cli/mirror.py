# SPDX-License-Identifier: AGPL-3.0-or-later
"""``ombuds mirror``: keep a copy of a desk's public record, and check one. Anybody may; no key is needed.

What the copy is worth is said by ``verify``; this noun fetches. See spec/verify.md.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ombuds.cli.verify import copy_lines, desk_lines
from ombuds.host.remote import connect
from ombuds.mirror.check import check as check_copy
from ombuds.mirror.copy import copy as copy_record

app = typer.Typer(help="Keep and check a copy of a desk's public record.", no_args_is_help=True)

Fingerprint = Annotated[str, typer.Option("--fingerprint", help="The desk's 30 digits that you got by another way.")]


@app.command("copy")
def copy(
    url: Annotated[str, typer.Argument(help="The desk's address.")],
    folder: Annotated[Path, typer.Argument(help="Where the copy lies; a second run brings it up to date.")],
    given: Fingerprint = "",
    proxy: Annotated[str | None, typer.Option(help="A proxy, for example socks5h://127.0.0.1:9050 for an onion address.")] = None,
) -> None:
    """Copy a desk's public record into a folder, and refuse what contradicts the copy that is there."""
    with connect(url, proxy) as client:
        copied = copy_record(client, folder.resolve(), given)
    typer.echo(f"entries: {copied.record.size}, {copied.entries} of them new")
    typer.echo(f"texts: {copied.texts} new")
    if copied.posts:
        typer.echo(f"posts of campaigns: {copied.posts} new")
    if copied.destroyed:
        typer.echo(f"texts destroyed because their subject was taken down: {copied.destroyed} subjects")
    typer.echo("\n".join(desk_lines(copied.record.charters[0], copied.record.charter, bool(given))))


@app.command("check")
def check(folder: Annotated[Path, typer.Argument(help="A copy made by ombuds mirror copy.")], given: Fingerprint = "") -> None:
    """Check a whole copy without asking anybody."""
    typer.echo("\n".join(copy_lines(check_copy(folder, given), bool(given))))
