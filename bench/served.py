# SPDX-License-Identifier: AGPL-3.0-or-later
"""The rows of the running server: start, memory, pages, whole reports, a large file. One fresh desk and one start a round."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from time import sleep

from bench.figures import Figure
from bench.founding import Founded, found
from bench.load import get_rate
from bench.processes import Running, Watch, begin_part, busy, free_port, part_ended, pss, running, worked

HOME = "/en/"
ROWS = ("start", "memory", "home", "flow.8", "flow.8.p95", "flow.32", "flow.32.p95", "flow.errors", "page.p95", "upload", "upload.memory")
SETTLED = 1.5
FILE = 250
# Small files first: what the growth row shows is due to the size and not to the first file ever.
FIRST_FILES = (1, 1, 8, 8)


def serve(desk: Founded, folder: Path, seconds: float, rows: Sequence[str]) -> Iterator[Figure]:
    """Found a desk in a fresh folder, start its server, and measure the rows that are wanted."""
    with TemporaryDirectory(dir=folder) as place:
        settings, port = found(Path(place) / "desk", desk), free_port()
        command = [sys.executable, "-m", "ombuds", "server", "run", "--data", settings.data, "--port", str(port)]
        with running(command, {}, port, HOME) as server:
            yield Figure("start", server.started_in)
            sleep(SETTLED)
            yield Figure("memory", pss(server.tree()), {"processes": len(server.tree())})
            for names, measure in _measures():
                if set(names) & set(rows):
                    yield from measure(server, seconds)


def _measures() -> tuple[tuple[tuple[str, ...], Callable[[Running, float], Iterator[Figure]]], ...]:
    return (
        (("home",), _home),
        (("flow.8", "flow.8.p95", "flow.32", "flow.32.p95", "flow.errors"), _flows),
        (("page.p95",), _page),
        (("upload", "upload.memory"), _upload),
    )


def _home(server: Running, seconds: float) -> Iterator[Figure]:
    rate, beside = get_rate(server, HOME, seconds)
    yield Figure("home", rate, beside)


def _flows(server: Running, seconds: float) -> Iterator[Figure]:
    errors = 0.0
    for count in (8, 32):
        before, before_all = worked(server.tree()), busy()
        said = _client(server, "flows", count, seconds)
        ours = worked(server.tree()) - before
        strangers = (busy() - before_all - ours) / seconds - said["cores"]
        errors += said["errors"]
        beside = {"ms of processor a report": ours / max(1, said["done"]) * 1000, "server cores": ours / seconds, "client cores": said["cores"]}
        yield Figure(f"flow.{count}", said["rate"], {**beside, "cores of other programs": max(0.0, strangers), "p50 ms": said["p50"]})
        yield Figure(f"flow.{count}.p95", said["p95"], {"highest ms": said["highest"]})
    yield Figure("flow.errors", errors)


def _page(server: Running, seconds: float) -> Iterator[Figure]:
    sources = begin_part("bench.client", {"what": "flows", "port": server.port, "count": 2, "seconds": seconds + 1})
    sleep(0.5)
    said = _client(server, "probe", 1, seconds)
    flows = part_ended(sources, seconds + 30)
    yield Figure("page.p95", said["p95"], {"p50 ms": said["p50"], "highest ms": said["highest"], "reports/s": flows["rate"]})


def _upload(server: Running, _seconds: float) -> Iterator[Figure]:
    for size in FIRST_FILES:
        part_ended(begin_part("bench.upload", {"port": server.port, "size": size}), 60)
    with Watch(server.tree()) as watch:
        said = part_ended(begin_part("bench.upload", {"port": server.port, "size": FILE}), 120)
    yield Figure("upload", FILE / said["seconds"], {"client cores": said["cores"]})
    yield Figure("upload.memory", watch.growth, {"before MB": watch.first})


def _client(server: Running, what: str, count: int, seconds: float) -> dict[str, float]:
    asked = {"what": what, "port": server.port, "count": count, "seconds": seconds, "path": HOME}
    return part_ended(begin_part("bench.client", asked), seconds + 60)
