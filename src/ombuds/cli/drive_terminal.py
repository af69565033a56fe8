# SPDX-License-Identifier: AGPL-3.0-or-later
"""The part of the walk at a command line: a report with a file, its words, and the inbox that they open, as programs.

The officer's home is a temporary folder, so that the walk leaves nothing behind and knows no desk beforehand. See
spec/demonstration.md.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path

from ombuds.cli.drive_looks import held
from ombuds.cli.visitor import Visitor

DIGITS = re.compile(r"\b\d{5}(?: \d{5}){5}\b")


class Terminal:
    """An officer at a command line."""

    def __init__(self, server: str, secret: str) -> None:
        self._server, self._secret = server, secret
        self._home = tempfile.TemporaryDirectory()
        self.words = ""

    def reports(self, reader: Visitor) -> None:
        """Compare the fingerprint, seal a report with a file, and keep the words that are printed."""
        digits = DIGITS.search(reader.open("/en/charter").html)
        held(digits is not None, "the page of the charter shows no fingerprint")
        paper = digits[0] if digits else ""
        roster = Path(self._home.name) / "roster.bin"
        roster.write_bytes(self._secret.encode())
        sent = self._ombuds("send", str(roster), "--about", "overtime", "--fingerprint", paper, typed=f"From the terminal. {self._secret}")
        self.words = sent.stdout.decode().strip()
        held(len(self.words.split()) == 12, "the terminal printed no words")
        refused = self._ombuds("send", "--fingerprint", "00000 " * 6, typed="x", home=f"{self._home.name}/new")
        held(refused.returncode == 1 and not refused.stdout, "a wrong fingerprint was not refused")

    def reads(self) -> str:
        """Open the inbox and return what it shows."""
        looked = self._ombuds("inbox", typed=self.words)
        held(looked.returncode == 0, "the inbox did not open at the terminal")
        return looked.stdout.decode()

    def _ombuds(self, *words: str, typed: str, home: str = "") -> subprocess.CompletedProcess[bytes]:
        command = ["env", f"HOME={home or self._home.name}", "XDG_CONFIG_HOME=", sys.executable, "-m", "ombuds", *words, "--server", self._server]
        return subprocess.run(command, input=typed.encode(), capture_output=True, check=False)  # noqa: S603 - our own program
