# SPDX-License-Identifier: AGPL-3.0-or-later
"""Runs the screens of an unlocked desk on 127.0.0.1, in this process, until Ctrl-C or SIGTERM.

The address with the token is printed and nowhere else: never on a command line, in a log or in a file (T33). No visit is
logged. The vault is closed however it ends. See spec/desk.md.
"""

from __future__ import annotations

import json
import signal
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType

import typer
import uvicorn

from ombuds.cli.ports import take
from ombuds.core.keys import random_id
from ombuds.desk.app import build
from ombuds.desk.config import DeskSettings, connect
from ombuds.desk.pages.room import Frame
from ombuds.desk.parts import Desk, open_desk
from ombuds.desk.vault import open_vault
from ombuds.host.clock import today
from ombuds.host.logs import quiet_logs

HERE = "127.0.0.1"
PATIENCE = 3
"""Seconds that open requests have left when the desk ends."""


class Announced(uvicorn.Server):
    """A server that says when it answers."""

    def __init__(self, config: uvicorn.Config, say: Callable[[], None]) -> None:
        super().__init__(config)
        self._say = say

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then say so."""
        await super().startup(sockets)
        if self.started:
            self._say()


def unlocked(folder: Path, passphrase: str, settings: DeskSettings) -> Desk:
    """Open a member's desk. Raises NotHere, VaultLocked, VaultBusy, VaultDamaged, SettingWrong."""
    vault = open_vault(folder, passphrase)
    try:
        return open_desk(vault, connect(settings, vault.pin().address), today)
    except BaseException:
        vault.close()
        raise


def serve(folder: Path, passphrase: str, settings: DeskSettings) -> None:
    """Show the desk on the settings' port until it is told to end. Raises SettingWrong and what ``unlocked`` raises."""
    quiet_logs()
    with take(HERE, settings.port) as door:
        port: int = door.getsockname()[1]
        desk = unlocked(folder, passphrase, settings)
        frame = Frame(
            port=port,
            ticks=time.monotonic,
            reopen=lambda again: unlocked(folder, again, settings),
            vault=str(folder),
            language=settings.language,
            idle=settings.lock_after * 60,
        )
        token = random_id()
        config = uvicorn.Config(
            build(desk, token, frame),
            log_config=None,
            access_log=False,
            server_header=False,
            date_header=False,
            proxy_headers=False,
            ws="none",
            timeout_graceful_shutdown=PATIENCE,
        )
        # uvicorn ends its work and then raises the signal again: it must not kill the process before the vault is closed.
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, _ended)
        Announced(config, lambda: announce(f"http://{HERE}:{port}/enter?token={token}")).run([door])


def announce(address: str) -> None:
    """Say where the desk is: one line of JSON for programs, and words for a person at a terminal."""
    typer.echo(json.dumps({"ready": True, "url": address}))
    sys.stdout.flush()
    # A program that reads the line, as the demonstration does, tells the address itself.
    if sys.stdout.isatty() and sys.stderr.isatty():
        typer.echo("ombuds: your desk is open; only this machine can reach it. Open this address in your browser:", err=True)
        typer.echo(f"  {address}", err=True)
        typer.echo("ombuds: Ctrl-C closes it", err=True)


def _ended(_number: int, _frame: FrameType | None) -> None:
    pass
