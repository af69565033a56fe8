# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whether a demonstration can start at its ports, and if not, why not and the exact command that works.

A demonstration stays at the address it was founded with: the charter names it. See spec/demonstration.md.
"""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterator
from pathlib import Path

from ombuds.cli.ports import check_free
from ombuds.core.errors import SettingWrong

STEP, LAST = 100, 65_000


def unable(host: str, ports: range, data: Path, founded: str) -> Iterator[str]:
    """Yield what hinders a start in a folder that was ``founded`` at an address, or not yet, and what to do; nothing if it can start."""
    here, taken = f"http://{host}:{ports[0]}", [port for port in ports if not _free(host, port)]
    if founded and founded != here:
        yield f"the demonstration in {_short(data)} was founded at {founded} and stays there"
        yield f"start it with: {_command(int(founded.rpartition(':')[2]), data)}"
        another = _other(host, ports, data) if taken else _command(ports[0], _beside(data, ports[0]))
        yield f"or found another one: {another}"
    elif founded and len(taken) == len(ports):
        yield f"another program has port {taken[0]} and the next ones: this demonstration probably runs already, so open {here}/"
        yield "the addresses of its desks stand in the terminal where it was started; Ctrl-C there ends it"
        yield f"another one beside it: {_other(host, ports, data)}"
    elif taken:
        yield f"another program has port {taken[0]}; a demonstration takes {len(ports)} ports, here {ports[0]} to {ports[-1]}"
        yield f"{'this one stays at its address; found another one' if founded else 'start it'} with: {_other(host, ports, data, beside=bool(founded))}"


def _other(host: str, ports: range, data: Path, beside: bool = True) -> str:
    """Return the command that starts a demonstration at ports that are free now."""
    firsts = range(ports[0] + STEP, LAST, STEP)
    first = next((one for one in firsts if all(_free(host, one + step) for step in range(len(ports)))), ports[0] + STEP)
    return _command(first, _beside(data, first) if beside else data)


def _command(port: int, data: Path) -> str:
    program = Path(sys.argv[0])
    typed = _short(program) if program.name == "ombuds" else f"{_short(Path(sys.executable))} -m ombuds"
    return f"{typed} demo --port {port} --data {shlex.quote(_short(data))}"


def _beside(data: Path, port: int) -> Path:
    return data.with_name(f"{data.name}-{port}")


def _short(path: Path) -> str:
    """Return a path as it is typed in the present folder."""
    whole = path.absolute()
    return str(whole.relative_to(Path.cwd())) if whole.is_relative_to(Path.cwd()) else str(whole)


def _free(host: str, port: int) -> bool:
    try:
        check_free(host, (port,))
    except SettingWrong:
        return False
    return True
