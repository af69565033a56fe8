# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reads a part of the program only when a command needs it: a server that starts does not wait for the desk, nor a desk for the server.

This is the one place that imports by a name instead of at the top of a file. It stays in the command line, which may import
every room, so no contract between rooms is hidden from its check; the names that may be asked for stand in one table, and
a rule's test reads it. It never takes a name from outside. See spec/cli.md.
"""

from __future__ import annotations

from importlib import import_module  # noqa: TID251 - the exception that the paragraph above explains
from types import ModuleType
from typing import Literal

# What is asked for -> the file that holds it.
PLACES = {
    "server": "ombuds.cli.server",
    "desk": "ombuds.cli.desk",
    "mirror": "ombuds.cli.mirror",
    "verify": "ombuds.cli.verify",
    "demo": "ombuds.cli.demo",
    "send": "ombuds.cli.send",
    "inbox": "ombuds.cli.inbox",
    "migrations": "ombuds.server.store.migrations",
}

Wanted = Literal["server", "desk", "mirror", "send", "inbox", "verify", "demo", "migrations"]


def late(wanted: Wanted) -> ModuleType:
    """Return the file that holds what is wanted, read now if it was not read before."""
    return import_module(PLACES[wanted])  # noqa: TID251
