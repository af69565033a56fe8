# SPDX-License-Identifier: AGPL-3.0-or-later
"""The part of the walk in a browser that seals: what is missing for it on this machine, and the three visits.

The browser is moved by a process of its own (drive_browser.py), because only who develops ombuds has playwright. This file
imports nothing of it. See spec/demonstration.md.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from ombuds.cli.drive_files import small_png
from ombuds.cli.drive_looks import held

CHROMIUM = Path("/usr/bin/chromium")
DRIVER = "playwright"


def missing(form: str, chromium: Path = CHROMIUM, driver: str = DRIVER) -> str:
    """What this machine or the page of the form lacks for it, in a sentence that says how to get it; empty if nothing."""
    if not chromium.exists():
        return f"a browser is missing, {chromium}; make test installs it."
    if subprocess.run([sys.executable, "-c", f"import {driver}"], capture_output=True, check=False).returncode:  # noqa: S603 - a name of ours
        return f"the Python package {driver}, which moves a browser, is missing; make test installs it."
    if "/static/report-" not in form:
        return "the script that seals in a browser was not built, and the server serves the plain form alone; make web builds it."
    return ""


class Browsing:
    """An officer at a browser with JavaScript, in which the report, or a campaign's post, is sealed."""

    def __init__(self, server: str, secret: str) -> None:
        self._server, self._secret = server, secret
        self.photo = small_png(secret)
        self.words = ""

    def reports(self) -> None:
        """Answer one question a screen, seal and send a report with a file, and keep the words that are shown."""
        self.words = self._browser("report", self._secret)
        held(len(self.words.split()) == 12, "the browser showed no words")

    def reads(self) -> str:
        """Open the inbox in the browser and return what it shows."""
        return self._browser("inbox", f"{self.words}\n{self._secret}")

    def joins(self, path: str, sentence: str) -> str:
        """Join a campaign in the browser and return the words of the receipt."""
        words = self._browser("join", f"{sentence}\n{path}")
        held(len(words.split()) == 12, "the browser showed no receipt")
        return words

    def _browser(self, visit: str, typed: str) -> str:
        # What is secret goes through a pipe: every program of the machine can read arguments.
        command = [sys.executable, "-m", "ombuds.cli.drive_browser", visit, self._server, str(CHROMIUM)]
        done = subprocess.run(command, input=typed.encode(), capture_output=True, check=False)  # noqa: S603 - our own program
        said = done.stderr.decode(errors="replace").strip().splitlines()
        held(done.returncode == 0, f"in the browser: {said[-1] if said else 'it ended without a word'}")
        return done.stdout.decode().strip()
