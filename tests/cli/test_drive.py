# SPDX-License-Identifier: AGPL-3.0-or-later
"""``ombuds demo --drive``: it walks all three ways of reporting, and says plainly what it could not walk."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import typer

from ombuds.cli.demo_founding import KEPT, MEMBERS, Kept
from ombuds.cli.demo_posts import supporters
from ombuds.cli.drive_browser import nothing_readable
from ombuds.cli.drive_browsing import missing
from ombuds.cli.drive_looks import held
from ombuds.cli.drive_steps import Step, drive
from ombuds.core.encoding import decode, encode
from ombuds.core.errors import OrderWrong
from ombuds.core.wire_posts import Withdraw
from ombuds.host.remote import connect
from tests.browser.running import demonstration

# The whole walk is one fixture, and the machine may be busy.
pytestmark = pytest.mark.timeout(400)
FORM = '<script src="/static/report-0123456789abcdef.js">'


@pytest.fixture(scope="module")
def walk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[subprocess.CompletedProcess[str]]:
    """The walk as a program, against a demonstration that was just founded and in which a visitor took a post back."""
    folder = tmp_path_factory.mktemp("drive") / "demo"
    with demonstration(folder) as at:
        somebody = supporters(decode((folder / KEPT).read_bytes(), Kept).passphrases[MEMBERS[0]])[0]
        with connect(at.server) as visitor:
            assert visitor.post("/api/withdraw", content=encode(Withdraw(1, somebody.token))).status_code == 204
        command = [sys.executable, "-m", "ombuds", "demo", "--drive", "--data", str(folder)]
        yield subprocess.run(command, capture_output=True, text=True, check=False)


def test_every_step_holds(walk: subprocess.CompletedProcess[str]) -> None:
    """The walk ends well, and left nothing out."""
    assert (walk.returncode, walk.stderr, walk.stdout.splitlines()[-1:]) == (0, "", ["All steps held."])


@pytest.mark.parametrize("way", ["without JavaScript, with a photograph", "in a browser with JavaScript", "from a command line"])
def test_each_way_of_reporting_is_walked(walk: subprocess.CompletedProcess[str], way: str) -> None:
    """Each of the three ways has its step, and the step says what it proved."""
    assert re.search(rf"^ ?\d+\. .* reports .*{way}.* Proved: ", walk.stdout, re.MULTILINE), walk.stdout


def _done() -> None:
    """Somebody does something."""


def _not_possible() -> None:
    """Somebody needs a browser."""
    raise AssertionError("a step was taken that cannot be")


def test_a_step_that_lacks_something_is_told_and_not_counted(capsys: pytest.CaptureFixture[str]) -> None:
    """It is not taken, its line says what is missing, and the last line counts it as not driven."""
    drive([Step(_done, "it is done"), Step(_not_possible, "", "a browser is missing.")])
    assert capsys.readouterr().out.splitlines() == [
        " 1. Somebody does something. Proved: it is done.",
        " 2. Somebody needs a browser. Not driven: a browser is missing.",
        "All steps held that were driven; not driven: 1.",
    ]


def _broken() -> None:
    """Somebody does something that fails."""
    held(False, "the page is empty")


def test_a_proof_that_fails_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    """The walk ends there as a failure, and says that a proof failed, which one, and what was found."""
    with pytest.raises(typer.Exit) as ended:
        drive([Step(_done, "it is done"), Step(_broken, "the page shows it")])
    said = capsys.readouterr().err.splitlines()
    assert (ended.value.exit_code, said[0]) == (1, "ombuds: a proof failed at step 2, that the page shows it: the page is empty")
    assert len(said) == 2 and said[1].startswith("hint: ")


def test_a_machine_with_everything_lacks_nothing() -> None:
    """Where tests run, a browser and its driver are there."""
    assert missing(FORM) == ""


@pytest.mark.parametrize(
    ("said", "lacks"),
    [
        ("a browser is missing, .*; make test", lambda folder: missing(FORM, chromium=folder / "chromium")),
        ("package no_such_driver.* make test", lambda _: missing(FORM, driver="no_such_driver")),
        ("was not built.* make web", lambda _: missing("<form>")),
    ],
)
def test_what_is_missing_is_named_with_the_way_to_get_it(tmp_path: Path, said: str, lacks: Callable[[Path], str]) -> None:
    """A browser, its driver, or the script is named in one sentence with the command that brings it."""
    assert re.search(said, lacks(tmp_path))


@pytest.mark.parametrize("said", [[b"http://a/api/parts\nthe canary"], [b"http://a/canary\n", b"http://a/\nx"], [b"http://a/\n"], []])
def test_a_browser_that_tells_something_ends_the_walk(said: list[bytes]) -> None:
    """A canary in a content or an address is refused, and so is a browser of which nothing was heard."""
    with pytest.raises(OrderWrong):
        nothing_readable(said, ("canary", ""))
