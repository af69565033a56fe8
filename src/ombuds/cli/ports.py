# SPDX-License-Identifier: AGPL-3.0-or-later
"""Takes a port of this machine, or says that another program has it before anything is begun.

The public server's workers share one port, and the system would let a second server of the same user share it too: readers
would then meet either of two desks. It listens to nobody by itself. See spec/cli.md.
"""

from __future__ import annotations

import socket
from collections.abc import Iterable

from ombuds.core.errors import SettingWrong


def take(host: str, port: int) -> socket.socket:
    """Return a door at a port that nobody else has. Raises SettingWrong."""
    door = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        door.bind((host, port))
    except (OSError, OverflowError):
        door.close()
        raise SettingWrong(f"port: another program has port {port}, or it may not be taken; choose another with --port") from None
    return door


def check_free(host: str, ports: Iterable[int]) -> None:
    """Check that nobody listens at these ports. Raises SettingWrong."""
    for port in ports:
        take(host, port).close()
