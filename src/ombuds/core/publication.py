# SPDX-License-Identifier: AGPL-3.0-or-later
"""What can become public, and the Entry that says so: story, update, campaign, correction, outcome, wall, takedown.

``publish`` cannot be called without a Quorum, and for a story of a case not without a Consent; only their checkers make
them. Beside its text an entry has a file for each picture that the text names, of fresh pixels alone (pictures.py); originals
of evidence have no way into a publication (T15). An entry commits to each file by SHA-256(salt || bytes), so that after a
takedown the entry stops confirming guesses. See spec/publication.md.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, Protocol

import msgspec

from ombuds.core.content import MOST_PICTURES, Picture
from ombuds.core.content import Content as Content
from ombuds.core.content import PublicSource as PublicSource
from ombuds.core.content import Status as Status
from ombuds.core.content import Text as Text
from ombuds.core.content import read_content as read_content
from ombuds.core.custody import Proposal, Quorum, Rule, propose
from ombuds.core.encoding import convert, encode
from ombuds.core.errors import ContentChanged, EntryRefused, Malformed, NoConsent
from ombuds.core.keys import Hash, Id, hash_of, random_bytes, random_id
from ombuds.core.pictures import shape_of

Kind = Literal["story", "update", "campaign", "correction", "outcome", "wall", "takedown"]
FIRST = ("story", "update", "campaign")
Reason = Literal["", "error", "source-asked", "person-asked", "court-order", "safety", "solved", "answered"]
SALT_LENGTH = 32
LONGEST_PIN = 60


class Basis(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why this may be public: the commitment to a source's consent, named public sources, or the desk's own word."""

    kind: Literal["consent", "sources", "desk"]
    commitment: str = ""


class EntryFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A published file: its opaque path and SHA-256(salt || bytes)."""

    path: str
    commitment: Hash


class EntryParameters(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The part of a proposal that makes it an entry of the ledger; subject and predecessor stand in the proposal."""

    v: Literal[1]
    kind: Kind
    version: int
    languages: tuple[str, ...]
    files: tuple[EntryFile, ...]
    basis: Basis
    reason: Reason
    day: date
    pinned: date | None = None


class Salted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A published file's bytes and the salt that its commitment needs; destroyed together at a takedown."""

    path: str
    salt: bytes
    content: bytes

    @property
    def commitment(self) -> Hash:
        """SHA-256(salt || bytes) in hex."""
        return hash_of(self.salt + self.content)


@dataclass(frozen=True)
class Entry:
    """An entry that enough members signed, with its text and its pictures. Made by ``publish`` and ``check_entry`` alone."""

    quorum: Quorum
    parameters: EntryParameters
    files: tuple[Salted, ...]

    @property
    def leaf(self) -> bytes:
        """The bytes that go into the ledger: the envelope with the approvals."""
        return self.quorum.envelope.canonical()

    @property
    def subject(self) -> str:
        """The opaque name of what this entry is about."""
        return self.quorum.proposal.subject


@dataclass(frozen=True)
class SignedText:
    """The text of an entry that enough members signed, without its pictures. Made by ``check_signed_text`` alone."""

    quorum: Quorum
    parameters: EntryParameters
    file: Salted
    content: Content

    @property
    def subject(self) -> str:
        """The opaque name of what this entry is about."""
        return self.quorum.proposal.subject


@dataclass(frozen=True)
class Place:
    """Where a publication stands in its history: the subject, the version it makes, and the leaf hash it follows."""

    subject: Id
    version: int
    prev: str


def new_place() -> Place:
    """Begin a new subject."""
    return Place(random_id(), 1, "")


def salted(place: Place, content: msgspec.Struct) -> Salted:
    """Write the content's bytes and a fresh salt."""
    return Salted(_path(place.subject, place.version), random_bytes(SALT_LENGTH), encode(content))


def salted_pictures(place: Place, content: Content, pictures: Mapping[Hash, bytes]) -> tuple[Salted, ...]:
    """Write the pictures that a content names, in its order, each with a fresh salt. Raises EntryRefused if one is not there."""
    if any(picture.sha256 not in pictures for picture in content.pictures):
        raise EntryRefused("a picture that the text names is not there")
    return tuple(
        Salted(picture_path(place.subject, place.version, number, picture), random_bytes(SALT_LENGTH), pictures[picture.sha256])
        for number, picture in enumerate(content.pictures, start=1)
    )


def picture_path(subject: str, version: int, number: int, picture: Picture) -> str:
    """Return the path of a picture's file: its subject, its version, and its place among the pictures, counted from 1."""
    return f"{subject}/{version}.{number}.{picture.ending}"


def check_picture(picture: Picture, content: bytes) -> None:
    """Check that these bytes are the picture that a text names, and hold nothing but pixels. Raises ContentChanged, Malformed."""
    if hash_of(content) != picture.sha256:
        raise ContentChanged("a picture is not the one that was signed")
    shape = shape_of(content)
    if (shape.type, shape.width, shape.height) != (picture.type, picture.width, picture.height):
        raise Malformed("a picture of another shape than its text says")


def propose_entry(rule: Rule, place: Place, files: tuple[Salted, ...], said: EntryParameters, expires: date) -> Proposal:
    """Write the proposal that members sign in order to publish. Raises EntryRefused."""
    _check_claim(said, place.subject)
    check_shape(said, files, place.version)
    return propose(rule, place.subject, place.prev, said, expires)


def describe(place: Place, content: Content, files: tuple[Salted, ...], basis: Basis, day: date) -> EntryParameters:
    """Write the entry for a first or changed text: a story or update at version 1, a correction or outcome after it."""
    kind: Kind = content.kind if place.version == 1 else _later_kind(content)
    languages = tuple(text.language for text in content.texts)
    reason: Reason = "" if place.version == 1 else "error" if kind == "correction" else "solved" if content.status == "fixed" else "answered"
    named = tuple(EntryFile(file.path, file.commitment) for file in files)
    return EntryParameters(1, kind, place.version, languages, named, basis, reason, day)


def _later_kind(content: Content) -> Kind:
    # What says that something was wrong is a correction, whatever came of the matter before.
    return "correction" if content.correction or content.status in ("open", "asked") else "outcome"


class Agreed(Protocol):
    """A source's agreement to exact content; ``Consent`` of consent.py is the only one."""

    @property
    def content(self) -> Content:
        """The content that the source agreed to, exactly."""

    @property
    def commitment(self) -> Hash:
        """The public commitment to the agreement."""


def publish(quorum: Quorum, files: tuple[Salted, ...], consent: Agreed | None) -> Entry:
    """Make the entry from the members' quorum, the files they signed and, for a case, the source's consent.

    ``consent`` is None where the text rests on public sources or the desk's own word. Raises NoConsent (none, another's, or
    to another text), EntryRefused, ContentChanged.
    """
    entry = check_entry(quorum, files)
    if entry.parameters.basis.kind == "consent":
        if consent is None or entry.parameters.basis.commitment != consent.commitment:
            raise NoConsent
        # The text names its pictures by hash, so that consent to its bytes is consent to theirs.
        if encode(consent.content) != files[0].content:
            raise NoConsent("the text is not the one that was asked")
    return entry


def check_entry(quorum: Quorum, files: tuple[Salted, ...]) -> Entry:
    """Check that an entry's files are the ones that the members signed. Raises EntryRefused, ContentChanged, Malformed."""
    check_files(parameters := read_parameters(quorum.proposal), files)
    return Entry(quorum, parameters, files)


def check_signed_text(quorum: Quorum, file: Salted) -> SignedText:
    """Check that a text is the one that the members signed. Raises EntryRefused, NoConsent, ContentChanged, Malformed."""
    parameters = read_parameters(quorum.proposal)
    if parameters.kind in ("takedown", "wall") or (parameters.files[0].path, parameters.files[0].commitment) != (file.path, file.commitment):
        raise ContentChanged
    return SignedText(quorum, parameters, file, _check_text(parameters, file))


def check_files(said: EntryParameters, files: tuple[Salted, ...]) -> None:
    """Check that these are an entry's files. Raises EntryRefused, NoConsent, ContentChanged, Malformed."""
    if [(named.path, named.commitment) for named in said.files] != [(file.path, file.commitment) for file in files]:
        raise ContentChanged
    check_shape(said, files, said.version)


def read_parameters(proposal: Proposal) -> EntryParameters:
    """Read what a proposal would publish. Raises Malformed, EntryRefused."""
    if proposal.action not in ("publish", "takedown"):
        raise EntryRefused("not a publication")
    parameters = convert(proposal.parameters, EntryParameters)
    if (parameters.kind == "takedown") != (proposal.action == "takedown"):
        raise EntryRefused("the approval is for another kind of act")
    _check_claim(parameters, proposal.subject)
    return parameters


def _check_claim(said: EntryParameters, subject: str) -> None:
    """Check what an entry says of itself, with or without its files at hand. Raises EntryRefused."""
    if not re.fullmatch(r"[0-9a-f]{32}", subject):
        raise EntryRefused("a subject is an opaque name")
    if said.kind == "takedown":
        if said.files or not said.reason or said.version < 2:
            raise EntryRefused("a takedown follows something, has a reason and no files")
        return
    if not said.files or len(said.files) > 1 + MOST_PICTURES:
        raise EntryRefused("a publication has one text and a few pictures")
    paths = [file.path for file in said.files]
    pictures = all(path in _picture_paths(subject, said.version, number) for number, path in enumerate(paths[1:], start=1))
    if paths[0] != _path(subject, said.version) or not pictures:
        raise EntryRefused("a file is not named after its subject and version")
    if said.kind == "wall":
        if said.version < 1 or len(paths) > 1 or said.languages or said.pinned or said.basis.kind != "desk":
            raise EntryRefused("a batch of a wall is one list, on the desk's own word")
        return
    if said.version < 1 or (said.version == 1) != (said.kind in FIRST):
        raise EntryRefused("a first version is a story, an update or a campaign, a later one a correction or an outcome")
    if said.pinned is not None and not said.day <= said.pinned <= said.day + timedelta(days=LONGEST_PIN):
        raise EntryRefused("it stays on top for too long")


def _path(subject: str, version: int) -> str:
    return f"{subject}/{version}.json"


def _picture_paths(subject: str, version: int, number: int) -> tuple[str, str]:
    return f"{subject}/{version}.{number}.jpg", f"{subject}/{version}.{number}.png"


def check_shape(said: EntryParameters, files: tuple[Salted, ...], version: int) -> None:
    """Check that an entry hangs together with its text and its pictures. Raises EntryRefused, NoConsent, ContentChanged, Malformed."""
    if said.kind == "takedown":
        if files:
            raise EntryRefused("a takedown has no files")
        return
    if said.version != version or not files or len(files) != len(said.files):
        raise EntryRefused("a publication has the files of its own version")
    if said.kind == "wall":  # a list of posts, which campaign.py reads
        return
    content = _check_text(said, files[0])
    subject = files[0].path.partition("/")[0]
    for number, (picture, file) in enumerate(zip(content.pictures, files[1:], strict=True), start=1):
        if file.path != picture_path(subject, version, number, picture):
            raise EntryRefused("a picture's file has another kind than its text says")
        check_picture(picture, file.content)


def _check_text(said: EntryParameters, file: Salted) -> Content:
    content = read_content(file.content)
    if tuple(text.language for text in content.texts) != said.languages or not said.languages:
        raise EntryRefused("its languages are not the ones that were signed")
    if len(content.pictures) != len(said.files) - 1:
        raise EntryRefused("its pictures are not the ones that were signed")
    if said.version == 1 and said.kind != content.kind:
        raise EntryRefused("a first version is of the kind that its text says")
    if said.basis.kind == "sources" and not content.sources:
        raise NoConsent("no public source is named")
    if content.kind == "story" and said.basis.kind == "desk":
        raise NoConsent("a story rests on a source's consent or on public sources")
    return content
