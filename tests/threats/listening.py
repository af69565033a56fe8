# SPDX-License-Identifier: AGPL-3.0-or-later
"""Hears every connection and every look-up of a name that this process begins, from the interpreter's own events.

The listener stays for the life of the process, because an interpreter lets nobody take one away; it writes down only while it
is asked to. It judges nothing.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

OUTWARD = ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto", "urllib.Request")


class Listener:
    """What was heard, while somebody listens."""

    def __init__(self) -> None:
        self.heard: list[str] | None = None

    def __call__(self, event: str, _details: tuple[object, ...]) -> None:
        """Write one event down."""
        if self.heard is not None and event in OUTWARD:
            self.heard.append(event)


@contextmanager
def reached() -> Iterator[list[str]]:
    """Give the list of what is reached for while the work inside goes on."""
    listener = Listener()
    sys.addaudithook(listener)
    listener.heard = []
    try:
        yield listener.heard
    finally:
        listener.heard = None
