# SPDX-License-Identifier: AGPL-3.0-or-later
"""Asks the rules of web/core under node: jobs in, and for each what it gives, or the name and detail of its failure.

The program is put together and started once for each run, from the files as they are. A machine without node fails here; nothing is
skipped. It judges nothing.
"""

from __future__ import annotations

import atexit
import json
import subprocess
from collections.abc import Iterable
from functools import cache
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from tests.rules.tree import ROOT

WEB = ROOT / "web"
Job = dict[str, Any]


class Told(NamedTuple):
    """What one job gave, or how it failed."""

    gives: Any = None
    fails: str = ""
    detail: str = ""


def asked(jobs: Iterable[Job]) -> list[Told]:
    """Do some jobs with the browser's rules."""
    node = _running()
    assert node.stdin is not None and node.stdout is not None
    node.stdin.write(json.dumps(list(jobs)) + "\n")
    node.stdin.flush()
    line = node.stdout.readline()
    assert line, "the rules failed in a way that has no name; see what node said"
    return [Told(**each) for each in json.loads(line)]


def told(do: str, **job: Any) -> Told:
    """Do one job."""
    return asked([{"do": do, **job}])[0]


def given(do: str, **job: Any) -> Any:
    """Do one job that must not fail."""
    answer = told(do, **job)
    assert not answer.fails, answer
    return answer.gives


@cache
def _running() -> subprocess.Popen[str]:
    folder = TemporaryDirectory()
    program = f"{folder.name}/answers.mjs"
    build = ["node", "node_modules/esbuild/bin/esbuild", "test/answers.ts", "--bundle", "--platform=node", "--format=esm", "--log-level=warning"]
    done = subprocess.run([*build, f"--outfile={program}"], cwd=WEB, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    node = subprocess.Popen(["node", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    atexit.register(_end, node, folder)
    return node


def _end(node: subprocess.Popen[str], folder: TemporaryDirectory[str]) -> None:
    node.communicate()
    folder.cleanup()
