# SPDX-License-Identifier: AGPL-3.0-or-later
"""A line between a browser and the server that keeps every byte the browser said, and can break, hold back or change.

It understands nothing of what passes but the first line of a request. See spec/browser.md.
"""

from __future__ import annotations

import socket
import threading
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import quote, urlsplit

PIECE = 64 * 1024


@dataclass
class Wire:
    """What passed, and what is done to it."""

    address: str = ""
    said: bytearray = field(default_factory=bytearray)
    answers: Callable[[bytes], bytes] = bytes
    broken: bool = False
    holding: bytes = b""
    held: threading.Event = field(default_factory=threading.Event)
    going: threading.Event = field(default_factory=threading.Event)
    lines: list[socket.socket] = field(default_factory=list)

    def cut(self) -> None:
        """Break every connection, and each new one until it is mended."""
        self.broken = True
        for line in self.lines:
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)

    def mend(self) -> None:
        """Let connections through again."""
        self.broken = False

    def hold(self, request: bytes) -> None:
        """Keep requests that begin so from the server until `release`."""
        self.holding = request
        self.held.clear()
        self.going.clear()

    def release(self) -> None:
        """Let what is held go on."""
        self.holding = b""
        self.going.set()

    def counted(self, request: bytes) -> int:
        """How many requests began so."""
        return bytes(self.said).count(request)


@contextmanager
def wire(server: str) -> Iterator[Wire]:
    """Open a line to the server while the block lasts."""
    target = urlsplit(server)
    assert target.hostname and target.port
    made = Wire()
    with socket.create_server(("127.0.0.1", 0)) as door:
        made.address = f"http://127.0.0.1:{door.getsockname()[1]}"
        threading.Thread(target=_serve, args=(door, made, (target.hostname, target.port)), daemon=True).start()
        try:
            yield made
        finally:
            made.release()
            made.cut()
            door.shutdown(socket.SHUT_RDWR)


def leaks(said: bytes, secret: str | bytes) -> list[str]:
    """Name the spellings in which a secret stands in what was said."""
    raw = secret.encode() if isinstance(secret, str) else secret
    spelt = {"as it is": raw, "in hex": raw.hex().encode(), "in an address": quote(raw, safe="").encode()}
    for shift in range(3):
        # Whole groups of three bytes alone: the letters at the ends also depend on the neighbours.
        inner = raw[shift : shift + (len(raw) - shift) // 3 * 3]
        spelt[f"in base64, {shift}"] = b64encode(inner).rstrip(b"=")
    if isinstance(secret, str):
        spelt["in two bytes a letter"] = secret.encode("utf-16-le")
        spelt["escaped"] = secret.encode("ascii", "backslashreplace")
    lower = said.lower()
    return [name for name, form in spelt.items() if form in said or (name == "in hex" and form in lower)]


def _serve(door: socket.socket, made: Wire, target: tuple[str, int]) -> None:
    with suppress(OSError):
        while True:
            browser, _ = door.accept()
            if made.broken:
                browser.close()
                continue
            server = socket.create_connection(target)
            made.lines += [browser, server]
            threading.Thread(target=_said, args=(browser, server, made), daemon=True).start()
            threading.Thread(target=_answered, args=(server, browser, made), daemon=True).start()


def _said(browser: socket.socket, server: socket.socket, made: Wire) -> None:
    with suppress(OSError), browser, server:
        while piece := browser.recv(PIECE):
            made.said += piece
            if made.holding and made.holding in piece:
                made.held.set()
                made.going.wait(60)
            server.sendall(piece)
        server.shutdown(socket.SHUT_WR)


def _answered(server: socket.socket, browser: socket.socket, made: Wire) -> None:
    with suppress(OSError):
        while piece := server.recv(PIECE):
            browser.sendall(made.answers(piece))
        browser.shutdown(socket.SHUT_WR)
