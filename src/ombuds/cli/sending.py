# SPDX-License-Identifier: AGPL-3.0-or-later
"""Seals a report on this machine, uploads it and has it acknowledged: for ``ombuds send``, and for an inbox without an open case.

What can be refused is refused before a file is uploaded. A line that breaks in the middle leaves nothing that counts, and
the person is told so. See spec/sealing.md, spec/cli.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import typer

from ombuds.cli.asking import at_terminal
from ombuds.cli.door import Door
from ombuds.cli.uploading import Uploading, size_of
from ombuds.core.charter import Epochs
from ombuds.core.effort import spend
from ombuds.core.errors import RemoteSilent
from ombuds.core.keys import random_id
from ombuds.core.sealing import Draft, Sealing
from ombuds.core.wire import NewReport

NOTHING_KEPT = "Nothing of it counts on the server. Send it again when the connection is back."


def send_report(door: Door, to: Epochs, draft: Draft, files: Sequence[Path]) -> None:
    """Seal and send until it is acknowledged; at a terminal a broken line is tried again on demand.

    Raises ReportEmpty, TooManyExcluded, NotHere, RemoteSilent, RemoteRefused, FreshnessStale, StoreFull, TooLarge.
    """
    while True:
        try:
            _send_once(door, to, draft, files)
            return
        except RemoteSilent as silent:
            silent.help = NOTHING_KEPT
            if not at_terminal() or not typer.confirm("The connection broke; nothing was kept. Try again?", default=True, err=True):
                raise


def _send_once(door: Door, to: Epochs, draft: Draft, files: Sequence[Path]) -> None:
    sealing = Sealing(to)
    sealing.check_possible(draft.text, draft.wishes, len(files))
    for file in files:
        size_of(file)
    for note, parts in Uploading(door, files).run(sealing.file):
        sealing.keep(note, parts)
    sealed = sealing.finish(draft)
    # A moment's work: without it the report is kept as well, and stands further back.
    door.report(NewReport(1, random_id(), sealed, spend(sealed.id, sealed.manifest.hash)))
