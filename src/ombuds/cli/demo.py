# SPDX-License-Identifier: AGPL-3.0-or-later
"""``ombuds demo``: a whole desk on this machine, founded as a demonstration, for looking and trying.

It starts the same server and desks that a real community starts, as processes of their own, on 127.0.0.1 alone; only the
passphrases lie beside the vaults, which is why the charter says that it is a demonstration. A second start goes on with
the same data. See spec/demonstration.md.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer

from ombuds.cli.demo_founding import MEMBERS, Demonstration, all_told, found_or_continue, founded_at
from ombuds.cli.demo_ports import unable
from ombuds.cli.demo_telling import tell
from ombuds.cli.drive import Addresses, Walk, enter
from ombuds.cli.drive_steps import drive as drive_all
from ombuds.cli.drive_steps import steps
from ombuds.cli.visitor import Visitor
from ombuds.core.encoding import decode, encode
from ombuds.core.errors import Malformed, NotHere, RemoteSilent
from ombuds.host.files import write_private
from ombuds.host.remote import NoAnswer, connect

HERE = "127.0.0.1"
READY = "ready.json"
ROUNDS = 6


def demo(
    port: Annotated[int, typer.Option(help="Port of the public server; the three desks take the next three.")] = 8000,
    data: Annotated[Path, typer.Option(help="Folder of the demonstration; made at the first start.")] = Path("ombuds-demo"),
    drive: Annotated[bool, typer.Option("--drive", help="Walk the whole journey against the demonstration running there.")] = False,
) -> None:
    """Run a desk of three members on this machine, for looking and trying."""
    if drive:
        drive_all(steps(Walk(read_ready(data, port), data.absolute())))
        return
    run(port, data.absolute())


def run(port: int, data: Path) -> None:
    """Start everything, print the addresses, and wait for Ctrl-C or SIGTERM."""
    hindered = list(unable(HERE, range(port, port + 1 + len(MEMBERS)), data, founded_at(data)))
    if hindered:
        for line in hindered:
            _tell(line)
        raise typer.Exit(1)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _stopper(stop))
    _tell(f"demonstration in {data}")
    found = found_or_continue(data, f"http://{HERE}:{port}", _tell)
    children: list[subprocess.Popen[str]] = []
    with _ended(children):
        children.append(_start_server(found, port))
        wait_for(f"http://{HERE}:{port}/", children[0], stop)
        _tell("the public server answers")
        _publish(found, f"http://{HERE}:{port}", stop)
        if stop.is_set():
            return
        # Each takes seconds to open its vault, so they do it side by side.
        children += [_start_desk(found, name, port + place) for place, name in enumerate(MEMBERS, start=1)]
        desks = [_answers(child, name) for child, name in zip(children[1:], MEMBERS, strict=True)]
        _renew(f"http://{HERE}:{port}", desks, stop)
        _announce(found, f"http://{HERE}:{port}", desks)
        _wait(children, stop)
    (data / READY).unlink(missing_ok=True)


def _publish(found: Demonstration, address: str, stop: threading.Event) -> None:
    """Let the members publish the invented texts, once."""
    try:
        told = found.untold is not None and tell(found, found.untold, stop.is_set, _tell)
    except RemoteSilent:
        # Ctrl-C reaches the server at the same moment; the next start goes on.
        if not stop.is_set():
            raise
        return
    if told:
        all_told(found, address)
        _tell("their campaign has a wall of invented posts, ruled over at two desks")


def _wait(children: list[subprocess.Popen[str]], stop: threading.Event) -> None:
    while not stop.wait(0.5):
        for child in children:
            if child.poll() is not None:
                raise RemoteSilent("a part of the demonstration ended by itself")
    _tell("ending")


def read_ready(data: Path, port: int) -> Addresses:
    """Return the addresses of the running demonstration. Raises NotHere."""
    try:
        return decode((data / READY).read_bytes(), Addresses)
    except (OSError, Malformed):
        raise NotHere(f"no demonstration is running in {data}; start one with: ombuds demo --port {port} --data {data}") from None


def _stopper(stop: threading.Event) -> Callable[[int, FrameType | None], None]:
    def handler(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    return handler


def _start_server(found: Demonstration, port: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "ombuds", "server", "run", "--data", str(found.server), "--port", str(port)]
    return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, text=True)  # noqa: S603 - our own program


def _start_desk(found: Demonstration, name: str, port: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "ombuds", "desk", "run", "--vault", str(found.vault(name)), "--port", str(port), "--passphrase-on-stdin"]
    child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own program
    if child.stdin is not None:
        child.stdin.write(found.passphrases[name] + "\n")
        child.stdin.close()
    return child


def _answers(desk: subprocess.Popen[str], name: str) -> str:
    """Return the signed-in address of a desk when it has opened its vault. Raises RemoteSilent."""
    line = desk.stdout.readline() if desk.stdout is not None else ""
    if not line:
        raise RemoteSilent(f"the desk of {name}")
    _tell(f"the desk of {name} answers")
    return str(json.loads(line)["url"])


def wait_for(address: str, child: subprocess.Popen[str], stop: threading.Event) -> None:
    """Wait until the address answers. Raises RemoteSilent if the program ends first or 30 seconds pass."""
    for _ in range(600):
        if child.poll() is not None or stop.is_set():
            break
        try:
            with connect(address, seconds=2) as client:
                client.get("/")
        except NoAnswer:
            stop.wait(0.05)
            continue
        return
    raise RemoteSilent(address)


def _renew(server: str, desks: list[str], stop: threading.Event) -> None:
    """Let the desks publish this week's keys and confirm them, as they do by themselves within the hour in real life."""
    with connect(server) as reader:
        visitors = [enter(address) for address in desks]
        for _ in range(ROUNDS):
            for visitor in visitors:
                visitor.send(visitor.open("/members").form("/fetch"), {})
            if stop.is_set() or Visitor(reader).open("/en/report").status == 200:
                _tell("the members' keys of this week are published and confirmed")
                return
            stop.wait(1.0)
    raise RemoteSilent("the desks did not confirm their keys")


def _announce(found: Demonstration, server: str, desks: list[str]) -> None:
    ready = encode(Addresses(True, server, tuple(desks)))
    write_private(found.data / READY, ready)
    _tell("")
    _tell(f"open {server}/ in a browser; the desks of {', '.join(MEMBERS)}:")
    for address in desks:
        _tell(f"  {address}")
    _tell("Ctrl-C ends it; the data stays")
    typer.echo(ready.decode())
    sys.stdout.flush()


def _tell(line: str) -> None:
    typer.echo(f"ombuds: {line}" if line else "", err=True)


@contextmanager
def _ended(children: list[subprocess.Popen[str]]) -> Iterator[None]:
    """End the children in reverse order, however the block ends."""
    try:
        yield
    finally:
        for child in reversed(children):
            child.terminate()
        for child in reversed(children):
            try:
                child.wait(10)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
