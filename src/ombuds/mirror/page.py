# SPDX-License-Identifier: AGPL-3.0-or-later
"""Checks one saved page with the proof beside it, offline: who signed, where it stands in the ledger, and every word.

The proof carries the charters, the entry, the text and the ledger's proof; the article is rendered again from the text
and compared with the page (T18). It says nothing about today: whether the desk corrected or took down the page since is
not in the file. See spec/verify.md.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import unquote

from ombuds.core.encoding import decode_canonical
from ombuds.core.errors import ContentChanged, NotHere, OmbudsError, ProofMissing
from ombuds.core.publication import Content, check_picture
from ombuds.core.record import CheckedPage, PageProof, check_page
from ombuds.mirror.saved import SavedPage, compare, read_page
from ombuds.pages.published import in_page_order, picture_links, story_page
from ombuds.pages.render import Renderer

ENDING = ".proof"


@dataclass(frozen=True)
class CheckedStory:
    """A published text whose proof holds; ``language`` is that of the saved page, empty where only the proof was checked.

    ``pictures`` are those that lie beside the page and are the signed ones.
    """

    page: CheckedPage
    content: Content
    language: str = ""
    pictures: int = 0


def check_proof_file(file: Path) -> CheckedStory:
    """Check a proof file alone. Raises NotHere, Malformed, and what ``check_page`` raises."""
    page = check_page(decode_canonical(read_file(file), PageProof))
    return CheckedStory(page, page.text.content)


def check_saved(file: Path, renderer: Renderer) -> CheckedStory:
    """Check a saved page with the proof beside it.

    Raises NotHere (no page, no story in it), ProofMissing, ContentChanged (with the place), and what ``check_page`` raises.
    """
    saved = read_page(read_file(file))
    named = file.parent / f"{saved.subject}{ENDING}"
    if saved.subject and named.is_file():
        return _with_pictures(saved, _fits(saved, check_proof_file(named), renderer), file.parent)
    return _with_pictures(saved, _any_that_fits(saved, sorted(file.parent.glob(f"*{ENDING}")), renderer), file.parent)


def read_file(file: Path) -> bytes:
    """Return a file's bytes. Raises NotHere."""
    try:
        return file.read_bytes()
    except OSError:
        raise NotHere(f"{file} cannot be read") from None


def _with_pictures(saved: SavedPage, story: CheckedStory, folder: Path) -> CheckedStory:
    """Check the pictures that were saved beside the page; one that still lies at the server is not fetched and not checked."""
    checked, links = 0, picture_links(story.content, story.page.text.subject, story.page.text.parameters)
    for number, place in zip(in_page_order(story.content), saved.pictures, strict=True):
        picture, served = story.content.pictures[number], links[number]
        beside = folder / unquote(place)
        if "://" not in place and not place.startswith("/") and beside.resolve().is_relative_to(folder.resolve()) and beside.is_file():
            check_picture(picture, read_file(beside))
            checked += 1
        elif place != served and not (place.startswith(("https://", "http://")) and place.endswith(served)):
            raise ContentChanged("the page shows another picture")
    return replace(story, pictures=checked)


def _fits(saved: SavedPage, story: CheckedStory, renderer: Renderer) -> CheckedStory:
    entry = story.page.text
    if saved.subject and saved.subject != entry.subject:
        raise ContentChanged("the proof is that of another page")
    if saved.language not in entry.parameters.languages:
        raise ContentChanged("the page is in a language that the members did not sign")
    wanted = renderer.article(story_page(story.content, entry.subject, entry.parameters, saved.language))
    compare(saved, str(wanted))
    return CheckedStory(story.page, story.content, saved.language)


def _any_that_fits(saved: SavedPage, proofs: list[Path], renderer: Renderer) -> CheckedStory:
    """Browsers rename what they save, so every proof in the folder is tried; the first refusal counts if none fits."""
    refusals: list[OmbudsError] = []
    for proof in proofs:
        try:
            return _fits(saved, check_proof_file(proof), renderer)
        except OmbudsError as refused:
            refusals.append(refused)
    own = [refused for refused in refusals if not _of_another(refused)]
    # Without the page's own word on its subject, several proofs that do not fit are simply those of other pages.
    if own and (saved.subject or len(own) == 1):
        raise own[0]
    raise ProofMissing


def _of_another(refused: OmbudsError) -> bool:
    return isinstance(refused, ContentChanged) and refused.detail == "the proof is that of another page"
