# SPDX-License-Identifier: AGPL-3.0-or-later
"""T15: a watermarked internal document cannot be published: what goes out is typed text, and no way leads from an original to it."""

from __future__ import annotations

import ast
import dataclasses
import types
import typing
from collections.abc import Iterator
from datetime import date

import msgspec
import pytest

from ombuds.core import attachments
from ombuds.core.custody import Quorum, approve
from ombuds.core.envelope import joined
from ombuds.core.errors import ContentChanged, Malformed
from ombuds.core.publication import Basis, Content, Entry, EntryFile, EntryParameters, Place, Salted, check_entry, new_place, propose_entry
from ombuds.core.wire import NewEntry
from ombuds.mirror.check import check_published
from ombuds.pages.published import story_page
from ombuds.pages.render import Renderer
from ombuds.pages.values import StoryPage, UpdatePage
from tests.mirror.ledgers import DAY, Ledger, key_of, text
from tests.rules.tree import modules

JPEG = bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffd9")
PDF = b"%PDF-1.7\n1 0 obj\n<< /Watermark (copy 17) >>\nendobj\n"
WORDS = {"Content", "Text", "PublicSource"}
# The last two hold nothing: a field that is empty, and one that is left out.
ALLOWED = (str, int, bool, date, type(None), msgspec.UnsetType)


def _reachable(kind: typing.Any, seen: set[str]) -> Iterator[typing.Any]:
    """Yield every plain type that a value of this type can hold, at any depth."""
    origin = typing.get_origin(kind)
    if isinstance(kind, type) and (issubclass(kind, msgspec.Struct) or dataclasses.is_dataclass(kind)):
        if kind.__name__ not in seen:
            seen.add(kind.__name__)
            for part in typing.get_type_hints(kind).values():
                yield from _reachable(part, seen)
    elif origin is typing.Literal:
        yield str
    elif origin in (tuple, typing.Union, types.UnionType, typing.Annotated):
        for part in typing.get_args(kind):
            if part is not Ellipsis:
                yield from _reachable(part, seen)
    else:
        yield kind


def test_a_publication_is_words() -> None:
    """What readers see of a publication is text, numbers and days; there is no field for bytes of a file."""
    assert set(_reachable(Content, set())) <= set(ALLOWED)


def test_an_entry_names_no_original() -> None:
    """An entry of the ledger names published files by path and hash, and has no field for anything else."""
    assert set(_reachable(EntryParameters, set())) <= set(ALLOWED)


def test_a_page_is_words() -> None:
    """The value of a story's page holds text, numbers and days alone."""
    assert {kind for page in (StoryPage, UpdatePage) for kind in _reachable(page, set())} <= set(ALLOWED)


@pytest.mark.parametrize("kind", [NewEntry, Entry])
def test_no_attachment_travels_with_an_entry(kind: type) -> None:
    """No type of the attachments is reachable from what desk and server exchange in order to publish."""
    seen: set[str] = set()
    list(_reachable(kind, seen))
    files = {name for name, value in vars(attachments).items() if isinstance(value, type) and value.__module__ == attachments.__name__}
    assert files and not seen & files and "Salted" in seen


@pytest.mark.parametrize("room", ["publication", "record"])
def test_publishing_does_not_know_attachments(room: str) -> None:
    """The files of core that make and read publications import nothing that opens or carries a file."""
    module = next(m for m in modules("src/ombuds/core") if m.path.endswith(f"/{room}.py"))
    imported = {(node.module, alias.name) for node in ast.walk(module.tree) if isinstance(node, ast.ImportFrom) for alias in node.names}
    near = {pair for pair in imported if pair[0] in {f"ombuds.core.{name}" for name in ("attachments", "sealing", "opening", "age", "case", "messages")}}
    assert near <= {("ombuds.core.sealing", "Problem")}


def _said(place: Place, file: Salted) -> EntryParameters:
    return EntryParameters(1, "story", 1, ("en",), (EntryFile(file.path, file.commitment),), Basis("sources"), "", DAY)


@pytest.mark.parametrize("original", [JPEG, PDF, b"", b"plain words"])
def test_a_desk_does_not_propose_an_original(original: bytes) -> None:
    """A desk cannot even propose to publish the bytes of a document or picture."""
    ledger, place = Ledger(), new_place()
    file = Salted(f"{place.subject}/1.json", bytes(32), original)
    with pytest.raises(Malformed):
        propose_entry(ledger.charter.rule("publish", DAY), place, (file,), _said(place, file), DAY)


@pytest.mark.parametrize("original", [JPEG, PDF])
def test_members_cannot_sign_an_original_into_the_record(original: bytes) -> None:
    """An original that all members signed by other means is refused by the server's check of the entry."""
    ledger, place = Ledger(), new_place()
    true, said = _forced(ledger, place, original)
    with pytest.raises(Malformed):
        check_entry(true, (said,))


@pytest.mark.parametrize("original", [JPEG, PDF])
def test_a_mirror_keeps_no_original(original: bytes) -> None:
    """An original that all members signed by other means is refused by a mirror's check of the text."""
    ledger, place = Ledger(), new_place()
    quorum, file = _forced(ledger, place, original)
    ledger.leaves.append(quorum.envelope.canonical())
    with pytest.raises(Malformed):
        check_published(ledger.read().lines[1], (file,))


def test_a_file_that_no_text_names_is_refused() -> None:
    """A second file cannot ride along with a text, even if it is made of pixels alone."""
    ledger = Ledger()
    subject = ledger.publish(text())
    file = ledger.files[f"{subject}/1.json"]
    extra = Salted(f"{subject}/1.jpg", bytes(32), JPEG)
    with pytest.raises(ContentChanged):
        check_entry(_quorum(ledger), (file, extra))


@pytest.mark.parametrize("written", ["![x](x.jpg)", "![x](data:image/jpeg;base64,/9j/)", '<img src="x.jpg">', "[x](data:application/pdf;base64,JVBE)"])
def test_a_text_carries_no_picture(written: str) -> None:
    """A picture or document that is written into a text is shown as words and loaded by nobody."""
    content = text()
    page = story_page(msgspec.structs.replace(content, texts=(msgspec.structs.replace(content.texts[0], body=written),)), "s", _said(new_place(), _any()), "en")
    article = str(Renderer().article(page))
    assert "<img" not in article and 'href="data:' not in article


def _any() -> Salted:
    return Salted("x", bytes(32), b"x")


def _quorum(ledger: Ledger) -> Quorum:
    read = ledger.read()
    said = read.lines[1].parameters
    assert said
    rule = ledger.charter.rule("publish", DAY)
    file = ledger.files[said.files[0].path]
    proposal = propose_entry(rule, Place(read.lines[1].subject, 1, ""), (file,), said, DAY)
    return Quorum.of(joined(approve(proposal, key_of(name)) for name in ("anna", "boris")), rule)


def _forced(ledger: Ledger, place: Place, original: bytes) -> tuple[Quorum, Salted]:
    """All members sign an entry over an original, past their own desks' refusal."""
    ledger.publish(text())
    quorum = _quorum(ledger)
    ledger.leaves.pop()
    file = Salted(f"{place.subject}/1.json", bytes(32), original)
    parameters = msgspec.Raw(msgspec.json.encode(_said(place, file)))
    proposal = msgspec.structs.replace(quorum.proposal, subject=place.subject, parameters=parameters)
    rule = ledger.charter.rule("publish", DAY)
    return Quorum.of(joined(approve(proposal, key_of(name)) for name in ("anna", "boris", "carla")), rule), file
