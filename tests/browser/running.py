# SPDX-License-Identifier: AGPL-3.0-or-later
"""Starts the demonstration that anybody can start, on free ports and in a folder of its own, and ends it.

It fills it with a case, a story and an update by the walk of `ombuds demo --drive`. It shows nothing. See spec/demonstration.md.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ombuds.cli.drive import ANNA, BORIS, UPDATE, Addresses, Walk
from ombuds.core.encoding import decode
from ombuds.core.keys import random_bytes

PORTS = 4


@contextmanager
def demonstration(folder: Path, port: int = 0) -> Iterator[Addresses]:
    """Run a demonstration in the folder while the block lasts, on a free port unless one is given."""
    command = [sys.executable, "-m", "ombuds", "demo", "--port", str(port or free_ports(PORTS)), "--data", str(folder)]
    with (folder.with_suffix(".log")).open("wb") as log:
        # A group of its own, so that one signal reaches its server and desks too if it cannot end them itself.
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log, start_new_session=True)
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            assert line, f"the demonstration did not start: {Path(log.name).read_text()}"
            yield decode(line.strip(), Addresses)
        finally:
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(20)
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            if process.stdout is not None:
                process.stdout.close()


def free_ports(many: int) -> int:
    """Return the first of several neighbouring ports on which nobody listens, below those that the system gives away."""
    for _ in range(200):
        first = 15000 + int.from_bytes(random_bytes(2)) % 15000
        if all(_free(first + place) for place in range(many)):
            return first
    raise AssertionError("no free ports")


def _free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def fill(at: Addresses, data: Path, marked: bool = True) -> Walk:
    """Let the people of the demonstration work a case through, and leave a report and an update that wait for a second member.

    Unmarked, its texts carry no random marks, as suits a picture.
    """
    walk = Walk(at, data)
    if not marked:
        # The walk cuts what ends its two titles out of one mark.
        walk.secret, walk.told = "", "at allin May"
    walk.the_officer_reports()
    walk._tick()
    walk.one_member_cannot_open()
    walk.two_members_open_together()
    walk.the_desk_answers()
    walk.the_desk_asks_for_consent()
    walk.one_member_cannot_publish()
    walk.two_members_publish()
    walk.an_update_goes_out()
    other = Walk(at, data)
    other.the_officer_reports()
    other._tick()
    other.one_member_cannot_open()
    desk = walk.desks[BORIS]
    desk.send(desk.open("/publish").form("/publish"), {**UPDATE, "title": "The leave list is open", "do": "propose"})
    walk._fetch(BORIS)
    walk._fetch(ANNA)
    leave(other)
    return walk


def leave(walk: Walk) -> None:
    """Close the connections of everybody in a walk, and the folder of its terminal."""
    walk.terminal._home.cleanup()
    for visitor in (walk.officer, walk.reader, *walk.desks):
        visitor._client.close()
