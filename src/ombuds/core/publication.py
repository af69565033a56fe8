# SPDX-License-Identifier: AGPL-3.0-or-later
"""What can become public, and the Entry that says so: story, update, correction, outcome, takedown.

``publish`` cannot be called without a Quorum, and for a story of a case not without a Consent; only their checkers make
them. Originals of evidence have no way into a publication: there is no field for them (T15). An entry commits to its
content by SHA-256(salt || bytes), so that after a takedown the entry stops confirming guesses. See spec/publication.md.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal, Protocol

import msgspec

from ombuds.core.custody import Proposal, Quorum, Rule, propose
from ombuds.core.encoding import convert, decode_canonical, encode
from ombuds.core.errors import ContentChanged, EntryRefused, Malformed, NoConsent
from ombuds.core.keys import Hash, Id, hash_of, random_bytes, random_id
from ombuds.core.sealing import Problem

Kind = Literal["story", "update", "correction", "outcome", "takedown"]
Status = Literal["open", "asked", "answered", "fixed", "refused", "closed"]
Reason = Literal["", "error", "source-asked", "person-asked", "court-order", "safety", "solved", "answered"]
SALT_LENGTH = 32


class Text(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The words of a publication in one language; ``body`` is Markdown without HTML and without pictures."""

    language: str
    title: str
    summary: str
    body: str


class PublicSource(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A public source that a text rests on."""

    title: str
    url: str


class Content(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What readers see of a story or an update, exactly; the members sign its commitment."""

    v: Literal[1]
    kind: Literal["story", "update"]
    texts: tuple[Text, ...]
    problem: Problem | None = None
    region: str = ""
    rank: str = ""
    status: Status = "open"
    tags: tuple[str, ...] = ()
    sources: tuple[PublicSource, ...] = ()
    correction: str = ""


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
    """An entry that enough members signed, with its files. Made by ``publish`` and ``check_entry`` alone."""

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
class Place:
    """Where a publication stands in its history: the subject, the version it makes, and the leaf hash it follows."""

    subject: Id
    version: int
    prev: str


def new_place() -> Place:
    """Begin a new subject."""
    return Place(random_id(), 1, "")


def salted(place: Place, content: Content) -> Salted:
    """Write the content's bytes and a fresh salt."""
    return Salted(f"{place.subject}/{place.version}.json", random_bytes(SALT_LENGTH), encode(content))


def propose_entry(rule: Rule, place: Place, files: tuple[Salted, ...], said: EntryParameters, expires: date) -> Proposal:
    """Write the proposal that members sign in order to publish. Raises EntryRefused."""
    _check_claim(said, place.subject)
    check_shape(said, files, place.version)
    return propose(rule, place.subject, place.prev, said, expires)


def describe(place: Place, content: Content, file: Salted, basis: Basis, day: date) -> EntryParameters:
    """Write the entry for a first or changed text: a story or update at version 1, a correction or outcome after it."""
    kind: Kind = content.kind if place.version == 1 else _later_kind(content)
    languages = tuple(text.language for text in content.texts)
    reason: Reason = "" if place.version == 1 else "error" if kind == "correction" else "solved" if content.status == "fixed" else "answered"
    return EntryParameters(1, kind, place.version, languages, (EntryFile(file.path, file.commitment),), basis, reason, day)


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
        if [encode(consent.content)] != [file.content for file in files]:
            raise NoConsent("the text is not the one that was asked")
    return entry


def check_entry(quorum: Quorum, files: tuple[Salted, ...]) -> Entry:
    """Check that an entry's files are the ones that the members signed. Raises EntryRefused, ContentChanged, Malformed."""
    parameters = read_parameters(quorum.proposal)
    for named, file in zip(parameters.files, files, strict=False):
        if named.path != file.path or named.commitment != file.commitment:
            raise ContentChanged
    check_shape(parameters, files, parameters.version)
    return Entry(quorum, parameters, files)


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
    if any(file.path != f"{subject}/{said.version}.json" for file in said.files):
        raise EntryRefused("a file is not named after its subject and version")
    if len(said.files) != 1:
        raise EntryRefused("a publication has exactly one file")
    if said.version < 1 or (said.version == 1) != (said.kind in ("story", "update")):
        raise EntryRefused("a first version is a story or an update, a later one a correction or an outcome")


def check_shape(said: EntryParameters, files: tuple[Salted, ...], version: int) -> None:
    """Check that an entry hangs together. Raises EntryRefused, Malformed."""
    if said.kind == "takedown":
        if files:
            raise EntryRefused("a takedown has no files")
        return
    if said.version != version or len(said.files) != 1 or len(files) != 1:
        raise EntryRefused("a publication has exactly one file of its own version")
    content = read_content(files[0].content)
    if tuple(text.language for text in content.texts) != said.languages or not said.languages:
        raise EntryRefused("its languages are not the ones that were signed")
    if said.version == 1 and said.kind != content.kind:
        raise EntryRefused("a first version is a story or an update")
    if said.basis.kind == "sources" and not content.sources:
        raise NoConsent("no public source is named")
    if content.kind == "story" and said.basis.kind == "desk":
        raise NoConsent("a story rests on a source's consent or on public sources")


def read_content(content: bytes) -> Content:
    """Read published bytes. Raises Malformed."""
    read = decode_canonical(content, Content)
    if not read.texts or len({text.language for text in read.texts}) != len(read.texts):
        raise Malformed("a publication has one text a language")
    return read
