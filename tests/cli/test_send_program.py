# SPDX-License-Identifier: AGPL-3.0-or-later
"""``ombuds send`` and ``ombuds inbox`` as programs against a real server program, from a home of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ombuds.core.charter import fingerprint
from ombuds.core.words import read_words
from tests.server.institution import Institution
from tests.server.programs import running

Done = subprocess.CompletedProcess[bytes]


@pytest.fixture
def program(here: Institution, tmp_path: Path) -> Iterator[Path]:
    """The desk's server as a program of its own; its address stands in a file."""
    here.parts.store.close()
    with running(here.folder) as (_, port):
        (tmp_path / "address").write_text(f"http://127.0.0.1:{port}")
        yield tmp_path


def ombuds(home: Path, *words: str, typed: str) -> Done:
    """Give one command from a home folder."""
    around = {**os.environ, "HOME": str(home), "XDG_CONFIG_HOME": ""}
    command = [sys.executable, "-m", "ombuds", *words, "--server", (home / "address").read_text()]
    return subprocess.run(command, input=typed.encode(), env=around, capture_output=True, check=False, timeout=60)


def test_a_report_and_its_inbox(here: Institution, program: Path) -> None:
    """The words come alone on standard output and open an empty inbox without asking for the fingerprint again."""
    (program / "roster.pdf").write_bytes(os.urandom(5 * 1024 * 1024))
    sent = ombuds(program, "send", str(program / "roster.pdf"), "--fingerprint", fingerprint(here.charter.instance_id), typed="They took my leave.")
    assert len(read_words(sent.stdout.decode())) == 16, sent.stderr
    looked = ombuds(program, "inbox", typed=sent.stdout.decode())
    assert (looked.stdout, (program / ".config" / "ombuds" / "known").stat().st_mode & 0o777) == (b"no replies\n", 0o600)


def test_a_wrong_fingerprint_prints_no_words(program: Path) -> None:
    """With another fingerprint the program ends with 1, a sentence and a hint, and prints no words."""
    refused = ombuds(program, "send", "--fingerprint", "12345" * 6, typed="They took my leave.")
    assert (refused.returncode, refused.stdout, b"hint: " in refused.stderr) == (1, b"", True)
