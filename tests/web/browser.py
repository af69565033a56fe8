# SPDX-License-Identifier: AGPL-3.0-or-later
"""Asks the rules of web/core under node: jobs in, and for each what it gives, or the name and detail of its failure.

The program is put together once for each run, from the files as they are. A machine without node fails here; nothing is
skipped. It judges nothing.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable
from functools import cache
from pathlib import Path
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
    done = subprocess.run(["node", _program()], input=json.dumps(list(jobs)), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return [Told(**each) for each in json.loads(done.stdout)]


def told(do: str, **job: Any) -> Told:
    """Do one job."""
    return asked([{"do": do, **job}])[0]


def given(do: str, **job: Any) -> Any:
    """Do one job that must not fail."""
    answer = told(do, **job)
    assert not answer.fails, answer
    return answer.gives


def _program() -> Path:
    return Path(_built().name) / "answers.mjs"


@cache
def _built() -> TemporaryDirectory[str]:
    folder = TemporaryDirectory()
    out = f"--outfile={folder.name}/answers.mjs"
    build = ["node", "node_modules/esbuild/bin/esbuild", "test/answers.ts", "--bundle", "--platform=node", "--format=esm", "--log-level=warning", out]
    done = subprocess.run(build, cwd=WEB, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder
