# SPDX-License-Identifier: AGPL-3.0-or-later
"""What ``ombuds verify`` and ``ombuds mirror`` say: one line for each checked thing, on stdout, in plain words (T18, T32)."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from typer import Typer
from typer.testing import CliRunner, Result

from ombuds.cli.mirror import app as mirror
from ombuds.cli.verify import verify
from ombuds.core.charter import fingerprint
from ombuds.core.errors import CharterRefused, NotHere, RemoteSilent
from tests.mirror.ledgers import Ledger, charter_of, filled, founded, text
from tests.mirror.pages import page_of, proof_of, saved


def _run(*words: str) -> Result:
    app = Typer()
    app.command("verify")(verify)
    app.add_typer(mirror, name="mirror")
    return CliRunner().invoke(app, list(words))


@pytest.fixture
def page(tmp_path: Path) -> tuple[Ledger, Path]:
    """A saved page and its ledger."""
    ledger, story, _ = filled()
    path = f"{story}/1.json"
    return ledger, saved(tmp_path, page_of(ledger, path), proof_of(ledger, path), story)


def test_a_true_page_in_plain_words(page: tuple[Ledger, Path]) -> None:
    """A true page gives one line each for text, desk, fingerprint, signers, day and place, and says what is not known."""
    ledger, file = page
    assert _run("verify", str(file)).stdout.splitlines() == [
        "text: the page shows the signed text word for word: Leave was sold (story, version 1, en, ru)",
        "desk: Desk 7",
        f"fingerprint: {fingerprint(ledger.charter.instance_id)}",
        "compare these 30 digits with the desk's fingerprint that you got by another way, on paper or from a person",
        "signed: by 2 of 3 members (anna, boris); 2 are needed",
        "day: 2026-11-24",
        "place: entry 1 of a ledger of 7 entries, counted from 0, under a checkpoint of its log key",
        "checked offline: whether the desk has corrected it or taken it down since is not known here",
    ]


def test_a_true_copy_in_plain_words(tmp_path: Path) -> None:
    """A true copy gives one line each for entries, texts, desk, fingerprint, charter, confirmation and checkpoint."""
    ledger, _, _ = filled()
    assert _run("verify", str(ledger.write(tmp_path / "copy"))).stdout.splitlines() == [
        "entries: 7, each allowed by the charter in force at its place",
        "texts: 3 exactly as the members signed; taken down: 1",
        "pictures: 1 exactly as the members signed",
        "desk: Desk 7",
        f"fingerprint: {fingerprint(ledger.charter.instance_id)}",
        "compare these 30 digits with the desk's fingerprint that you got by another way, on paper or from a person",
        "charter: version 1, 3 members, expires 2027-01-23",
        "confirmed by the members: 2026-11-24, over the first 4 entries",
        "checkpoint: signed by the log key, over exactly these entries",
        "checked offline: whether the desk has written more since is not known here",
    ]


@pytest.mark.parametrize(("size", "said"), [(1, "over the first entry"), (2, "over the first 2 entries")])
def test_one_entry_is_one(tmp_path: Path, size: int, said: str) -> None:
    """A young ledger is told of in words that fit its number."""
    ledger = Ledger()
    for number in range(size - 1):
        ledger.publish(text(f"Leave was sold, part {number}"))
    ledger.confirm()
    assert said in _run("verify", str(ledger.write(tmp_path / "copy"))).stdout


def test_mirror_check_says_the_same(tmp_path: Path) -> None:
    """The check of a mirror says what verify says of a folder."""
    copy = str(filled()[0].write(tmp_path / "copy"))
    assert _run("mirror", "check", copy).stdout == _run("verify", copy).stdout


def test_a_given_fingerprint_is_not_asked_for_again(page: tuple[Ledger, Path]) -> None:
    """With the right fingerprint nothing is left to compare."""
    ledger, file = page
    said = _run("verify", str(file), "--fingerprint", fingerprint(ledger.charter.instance_id)).stdout
    assert "the one you gave" in said and "compare these" not in said


def test_another_fingerprint_is_refused(page: tuple[Ledger, Path]) -> None:
    """With the fingerprint of another desk nothing is printed, and the refusal says that it is another desk."""
    done = _run("verify", str(page[1]), "--fingerprint", "12345 67890 12345 67890 12345 67890")
    assert (done.stdout, type(done.exception), "this is another desk" in str(done.exception)) == ("", CharterRefused, True)


def test_a_fingerprint_of_too_few_digits_is_refused(page: tuple[Ledger, Path]) -> None:
    """The first digits alone are not a fingerprint."""
    ledger, file = page
    assert type(_run("verify", str(file), "--fingerprint", fingerprint(ledger.charter.instance_id)[:5]).exception) is CharterRefused


def test_a_proof_alone_says_that_no_page_was_compared(page: tuple[Ledger, Path]) -> None:
    """A proof file alone is checked, and the reader is told that no page was."""
    proof = next(page[1].parent.glob("*.proof"))
    assert "the proof holds; no page was compared with it" in _run("verify", str(proof)).stdout


def test_a_demonstration_is_called_one(tmp_path: Path) -> None:
    """A page of a demonstration is said to be invented."""
    ledger = Ledger()
    ledger.charters = [founded(msgspec.structs.replace(charter_of(), demonstration=True))]
    ledger.leaves = [ledger.charter.envelope.canonical()]
    assert "this desk is a demonstration" in _run("verify", str(ledger.write(tmp_path / "copy"))).stdout


def test_a_title_cannot_steer_the_terminal(tmp_path: Path) -> None:
    """A title with line ends and control characters stays one harmless line."""
    ledger = Ledger()
    story = ledger.publish(text("One\nsigned: by 9 of 9\x1b[2J"))
    saved(tmp_path, b"", proof_of(ledger, f"{story}/1.json"), story)
    first = _run("verify", str(tmp_path / f"{story}.proof")).stdout.splitlines()[0]
    assert "One signed: by 9 of 9" in first and "\x1b" not in first


@pytest.mark.parametrize("name", ["nothing.html", ""])
def test_nothing_is_named(tmp_path: Path, name: str) -> None:
    """A file that is not there and a folder that is no copy are named as such."""
    assert type(_run("verify", str(tmp_path / name)).exception) is NotHere


def test_copy_names_silence(tmp_path: Path) -> None:
    """A desk that does not answer is named, and nothing is written."""
    done = _run("mirror", "copy", "http://127.0.0.1:9", str(tmp_path / "copy"))
    assert (type(done.exception), (tmp_path / "copy").exists()) == (RemoteSilent, False)
