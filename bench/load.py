# SPDX-License-Identifier: AGPL-3.0-or-later
"""Asks a server for pages as fast as it answers: with wrk where it is installed, else with our own light client."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Mapping

from bench.processes import HERE, Running, begin_part, part_ended, worked

CONNECTIONS = 8
SCALE = {"us": 0.001, "ms": 1.0, "s": 1000.0}


def get_rate(server: Running, path: str, seconds: float) -> tuple[float, Mapping[str, float]]:
    """Return requests a second on eight kept connections, and the times and shares of processor beside it."""
    before = worked(server.tree())
    wrk = shutil.which("wrk")
    rate, beside = _with_wrk(wrk, server.port, path, seconds) if wrk else _with_ours(server.port, path, seconds)
    return rate, {**beside, "server cores": (worked(server.tree()) - before) / seconds}


def _with_wrk(wrk: str, port: int, path: str, seconds: float) -> tuple[float, dict[str, float]]:
    asked = [wrk, "-t1", f"-c{CONNECTIONS}", f"-d{max(1, round(seconds))}s", "--latency", "-H", "Accept-Encoding: gzip", f"http://{HERE}:{port}{path}"]
    said = subprocess.run(asked, check=True, capture_output=True, text=True, timeout=seconds + 30).stdout
    failed = re.search(r"Non-2xx or 3xx responses: (\d+)|Socket errors: (.*)", said)
    if failed:
        raise RuntimeError(f"wrk: {failed[0]}")
    rate = re.search(r"Requests/sec:\s+([\d.]+)", said)
    middle = re.search(r"50%\s+([\d.]+)(us|ms|s)", said)
    if not rate or not middle:
        raise RuntimeError("wrk said nothing that we understand")
    return float(rate[1]), {"p50 ms": float(middle[1]) * SCALE[middle[2]]}


def _with_ours(port: int, path: str, seconds: float) -> tuple[float, dict[str, float]]:
    asked = {"what": "pages", "port": port, "path": path, "count": CONNECTIONS, "seconds": seconds}
    said = part_ended(begin_part("bench.client", asked), seconds + 30)
    if said["errors"]:
        raise RuntimeError(f"{said['errors']:.0f} pages failed")
    return said["rate"], {"p50 ms": said["p50"], "client cores": said["cores"]}
