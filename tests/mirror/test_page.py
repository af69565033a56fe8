# SPDX-License-Identifier: AGPL-3.0-or-later
"""One saved page and the proof beside it: a true page holds, and each thing that can be wrong with it has its sentence (T18)."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import msgspec
import pytest

from ombuds.core.encoding import decode, encode
from ombuds.core.envelope import Envelope, read
from ombuds.core.errors import (
    BadSignature,
    CharterRefused,
    CheckpointWrong,
    ContentChanged,
    EntryMissing,
    Malformed,
    NotEnough,
    NotHere,
    OmbudsError,
    ProofMissing,
)
from ombuds.core.publication import Salted
from ombuds.core.record import PageProof
from ombuds.mirror.page import CheckedStory, check_proof_file, check_saved
from ombuds.pages.render import Renderer
from tests.core.pictures import png
from tests.mirror.ledgers import Ledger, filled, forged, text
from tests.mirror.pages import page_of, proof_of, saved

Bend = Callable[[PageProof], PageProof]


@cache
def renderer() -> Renderer:
    """A renderer, built once."""
    return Renderer()


@pytest.fixture(scope="module")
def known() -> tuple[Ledger, str, str]:
    """A ledger with a story that was corrected and an update."""
    return filled()


def _check(folder: Path, page: bytes, proof: PageProof | bytes, subject: str) -> CheckedStory:
    return check_saved(saved(folder, page, proof, subject), renderer())


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("version", [1, 2])
def test_a_true_story_holds(known: tuple[Ledger, str, str], tmp_path: Path, language: str, version: int) -> None:
    """A saved story holds in each of its languages and versions."""
    ledger, story, _ = known
    path = f"{story}/{version}.json"
    assert _check(tmp_path, page_of(ledger, path, language), proof_of(ledger, path), story).language == language


def test_a_true_update_holds(known: tuple[Ledger, str, str], tmp_path: Path) -> None:
    """A saved update holds."""
    ledger, _, update = known
    path = f"{update}/1.json"
    assert _check(tmp_path, page_of(ledger, path), proof_of(ledger, path), update).content.kind == "update"


def test_a_page_after_a_change_of_members_holds(tmp_path: Path) -> None:
    """A page from before the members changed holds, with all charters in its proof."""
    ledger = Ledger()
    story = ledger.publish(text())
    ledger.succeed(msgspec.structs.replace(ledger.charter.charter, version=2, prev=ledger.charter.hash, name="Desk 8"), ("anna", "boris"))
    path = f"{story}/1.json"
    assert _check(tmp_path, page_of(ledger, path), proof_of(ledger, path), story).page.charter.charter.version == 1


def test_a_page_without_a_link_finds_its_proof(known: tuple[Ledger, str, str], tmp_path: Path) -> None:
    """A page that does not name its proof is held against each proof in its folder until one fits."""
    ledger, story, update = known
    saved(tmp_path, b"", proof_of(ledger, f"{update}/1.json"), update)
    page = page_of(ledger, f"{story}/1.json", linked=False)
    assert _check(tmp_path, page, proof_of(ledger, f"{story}/1.json"), story).page.text.subject == story


def test_a_proof_under_another_name_is_found(known: tuple[Ledger, str, str], tmp_path: Path) -> None:
    """A proof that the browser saved under a name of its own is found."""
    ledger, story, _ = known
    path = f"{story}/1.json"
    page = saved(tmp_path, page_of(ledger, path), proof_of(ledger, path), f"{story} (1)")
    assert check_saved(page, renderer()).page.text.subject == story


def test_a_proof_alone_holds(known: tuple[Ledger, str, str], tmp_path: Path) -> None:
    """A proof file holds by itself."""
    ledger, story, _ = known
    saved(tmp_path, b"", proof_of(ledger, f"{story}/1.json"), story)
    assert check_proof_file(tmp_path / f"{story}.proof").content.texts[0].title == "Leave was sold"


CHANGES = [
    ("Leave was sold</h1>", "Leave was free</h1>", "the title"),
    ("leave for money.", "leave for free.", "the summary"),
    ("<bdi>North</bdi>", "<bdi>South</bdi>", "the line on kind, region and day"),
    ("24 November 2026</time>", "25 November 2026</time>", "the line on kind, region and day"),
    ("First <strong>one", "First <strong>no", "part 1 of the text"),
    ("Then &amp; another", "Then another", "part 2 of the text"),
    ("of two", "of three", "part 5 of the text"),
    ("gazette.example/a", "gazette.example/b", "the sources"),
    ("The gazette", "The blog", "the sources"),
    ("Rests on", "Does not rest on", "the last line"),
    ("<p>Then", '<p style="display:none">Then', "part 2 of the text"),
    ("<p>Then", '<img src="x.png"><p>Then', "part 2 of the text"),
    ("<p>Then", "<!doctype x><p>Then", "part 2 of the text"),
    ("<p>Then", "<p>Never said.</p><p>Then", "part 2 of the text"),
    ("<p>Then &amp; another.</p>\n", "", "part 2 of the text"),
    ('id="story" lang="en" dir="ltr"', 'id="story" lang="en" dir="rtl"', "the order of its parts"),
]


@pytest.mark.parametrize(("true", "false", "where"), CHANGES)
def test_a_changed_page_is_named(known: tuple[Ledger, str, str], tmp_path: Path, true: str, false: str, where: str) -> None:
    """A page that somebody changed is refused, and the place of the change is named."""
    ledger, story, _ = known
    page = page_of(ledger, f"{story}/1.json").decode()
    assert page.count(true) >= 1
    with pytest.raises(ContentChanged, match=f"the page differs in {where}"):
        _check(tmp_path, page.replace(true, false, 1 if "h1" in true else -1).encode(), proof_of(ledger, f"{story}/1.json"), story)


def test_an_older_version_is_not_the_newer_one(known: tuple[Ledger, str, str], tmp_path: Path) -> None:
    """The page of the first version does not pass with the proof of the correction."""
    ledger, story, _ = known
    with pytest.raises(ContentChanged, match="the title"):
        _check(tmp_path, page_of(ledger, f"{story}/1.json"), proof_of(ledger, f"{story}/2.json"), story)


def test_the_proof_of_another_page_is_refused(known: tuple[Ledger, str, str], tmp_path: Path) -> None:
    """A proof of another page under this page's name is refused as such."""
    ledger, story, update = known
    with pytest.raises(ContentChanged, match="the proof is that of another page"):
        _check(tmp_path, page_of(ledger, f"{story}/1.json"), proof_of(ledger, f"{update}/1.json"), story)


def test_a_missing_proof_is_named(known: tuple[Ledger, str, str], tmp_path: Path) -> None:
    """A page beside which only the proof of another page lies has no proof."""
    ledger, story, update = known
    with pytest.raises(ProofMissing, match="The proof of this page is not beside it"):
        _check(tmp_path, page_of(ledger, f"{story}/1.json"), proof_of(ledger, f"{update}/1.json"), update)


def test_a_translation_that_was_not_signed_is_refused(known: tuple[Ledger, str, str], tmp_path: Path) -> None:
    """A page in a language that the members did not sign is refused."""
    ledger, story, _ = known
    page = page_of(ledger, f"{story}/1.json").replace(b'id="story" lang="en"', b'id="story" lang="fr"')
    with pytest.raises(ContentChanged, match="a language that the members did not sign"):
        _check(tmp_path, page, proof_of(ledger, f"{story}/1.json"), story)


def test_a_page_without_a_story_is_named(known: tuple[Ledger, str, str], tmp_path: Path) -> None:
    """Some other page is not called changed; there is no story in it."""
    ledger, story, _ = known
    with pytest.raises(NotHere, match="no story or update in this page"):
        _check(tmp_path, b"<html><body><p>Home</p></body></html>", proof_of(ledger, f"{story}/1.json"), story)


def _entry(proof: PageProof, bend: Callable[[Envelope], Envelope]) -> PageProof:
    return msgspec.structs.replace(proof, leaf=bend(read(proof.leaf)).canonical())


def _file(proof: PageProof, **parts: object) -> PageProof:
    return msgspec.structs.replace(proof, file=msgspec.structs.replace(proof.file, **parts))


def _founding(proof: PageProof, bend: Callable[[Envelope], Envelope]) -> PageProof:
    return msgspec.structs.replace(proof, charters=(bend(proof.charters[0]),))


BENDS: list[tuple[str, Bend, type[OmbudsError], str]] = [
    ("another salt", lambda proof: _file(proof, salt=bytes(32)), ContentChanged, "not the one that the members signed"),
    ("another text", lambda proof: _file(proof, content=proof.file.content.replace(b"sold", b"free")), ContentChanged, "not the one that the members signed"),
    ("another path", lambda proof: _file(proof, path="x"), ContentChanged, "not the one that the members signed"),
    ("a signature less", lambda proof: _entry(proof, lambda one: forged(one, signatures=one.signatures[:1])), NotEnough, r"Too few members agreed. \(1 of 2\)"),
    ("another proposal", lambda proof: _entry(proof, lambda one: forged(one, payload=one.payload.replace(b"-11-24", b"-11-25"))), BadSignature, "does not fit"),
    ("a charter less signed", lambda proof: _founding(proof, lambda one: forged(one, signatures=one.signatures[1:])), CharterRefused, "signed by every member"),
    ("no charter", lambda proof: msgspec.structs.replace(proof, charters=()), CharterRefused, "no charter"),
    ("another place", lambda proof: msgspec.structs.replace(proof, proof=proof.proof.replace(b"index 1", b"index 2")), EntryMissing, "is missing"),
    ("another root", lambda proof: msgspec.structs.replace(proof, proof=proof.proof.replace(b"\n7\n", b"\n8\n")), CheckpointWrong, "not signed by the log key"),
    ("not a proof", lambda proof: msgspec.structs.replace(proof, proof=b"x"), Malformed, "not a proof file"),
]


@pytest.mark.parametrize(("bend", "kind", "says"), [pytest.param(*rest, id=name) for name, *rest in BENDS])
def test_a_bent_proof_is_named(known: tuple[Ledger, str, str], tmp_path: Path, bend: Bend, kind: type[OmbudsError], says: str) -> None:
    """A proof in which one thing was changed is refused with the sentence for that thing."""
    ledger, story, _ = known
    with pytest.raises(OmbudsError, match=says) as refused:
        _check(tmp_path, page_of(ledger, f"{story}/1.json"), bend(proof_of(ledger, f"{story}/1.json")), story)
    assert refused.type is kind


def test_another_spelling_of_a_proof_is_refused(known: tuple[Ledger, str, str], tmp_path: Path) -> None:
    """A proof with a space more is refused, so that one proof is one file."""
    ledger, story, _ = known
    saved(tmp_path, b"", encode(proof_of(ledger, f"{story}/1.json")) + b" ", story)
    with pytest.raises(Malformed, match="not in canonical form"):
        check_proof_file(tmp_path / f"{story}.proof")


def test_no_flipped_bit_passes(known: tuple[Ledger, str, str], tmp_path: Path) -> None:
    """A bit that flips anywhere in a proof file is noticed."""
    ledger, story, _ = known
    true, passed = encode(proof_of(ledger, f"{story}/1.json")), []
    file = tmp_path / "bent.proof"
    for place in range(0, len(true), 3):
        bent = bytearray(true)
        bent[place] ^= 1 << (place // 3 % 8)
        file.write_bytes(bent)
        try:
            check_proof_file(file)
        except OmbudsError:
            continue
        passed.append(place)
    assert passed == []


def test_a_text_is_not_taken_from_another_entry(known: tuple[Ledger, str, str], tmp_path: Path) -> None:
    """The text of the update does not pass under the entry of the story."""
    ledger, story, update = known
    other: Salted = decode(encode(ledger.files[f"{update}/1.json"]), Salted)
    with pytest.raises(ContentChanged):
        _check(tmp_path, page_of(ledger, f"{story}/1.json"), msgspec.structs.replace(proof_of(ledger, f"{story}/1.json"), file=other), story)


def _with_picture(tmp_path: Path, place: str, content: bytes | None = None) -> CheckedStory:
    """Check a page with a picture as a browser saves it: the picture beside the page, and the page says where."""
    ledger, _, update = filled()
    path = f"{update}/1.json"
    page = page_of(ledger, path).replace(f"/pictures/{update}/1.1.png".encode(), place.encode())
    file = saved(tmp_path, page, proof_of(ledger, path), update)
    if content is not None:
        (tmp_path / "page_files").mkdir()
        (tmp_path / "page_files" / "1.1.png").write_bytes(content)
    return check_saved(file, renderer())


def test_a_picture_saved_beside_the_page_is_checked(tmp_path: Path) -> None:
    """A picture that a browser saved is held against the signed text."""
    assert _with_picture(tmp_path, "./page_files/1.1.png", png()).pictures == 1


def test_another_picture_beside_the_page_is_named(tmp_path: Path) -> None:
    """A picture that was exchanged beside a true page is named."""
    with pytest.raises(ContentChanged, match="picture"):
        _with_picture(tmp_path, "./page_files/1.1.png", png(grey=9))


@pytest.mark.parametrize("place", ["https://elsewhere.example/x.png", "../page_files/1.1.png", "/etc/passwd", "data:image/png;base64,aGk=", "x.png", ""])
def test_a_picture_from_elsewhere_is_named(tmp_path: Path, place: str) -> None:
    """A page that takes its picture from another place than the site or its own folder does not verify."""
    with pytest.raises(ContentChanged, match="another picture"):
        _with_picture(tmp_path / "inner", place, png())


@pytest.mark.parametrize("host", ["", "https://desk.example"])
def test_a_picture_that_was_not_saved_is_not_checked(tmp_path: Path, host: str) -> None:
    """A page whose picture is still at the site verifies, and says that the picture was not checked."""
    ledger, _, update = filled()
    path = f"{update}/1.json"
    page = page_of(ledger, path).replace(b'src="/pictures', f'src="{host}/pictures'.encode())
    assert check_saved(saved(tmp_path, page, proof_of(ledger, path), update), renderer()).pictures == 0
