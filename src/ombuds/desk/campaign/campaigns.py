# SPDX-License-Identifier: AGPL-3.0-or-later
"""The campaigns that are public, as this desk knows them: their text, their moderation identity, and the wall so far.

The text and each batch count only if the checked record commits to them (T18). The identity came with the proposal that made
the campaign, sealed to the members. It changes nothing but what the vault remembers. See spec/desk.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import msgspec

from ombuds.core.age import Identity
from ombuds.core.campaign import Wall, read_batch
from ombuds.core.content import Content, read_content
from ombuds.core.encoding import decode, encode
from ombuds.core.errors import ContentChanged, NotHere
from ombuds.core.keys import Id, random_id
from ombuds.core.publication import Salted
from ombuds.core.record import Line
from ombuds.core.terms import Terms, statements
from ombuds.desk.parts import Desk

TEXT, KEY, STATED = "text:", "moderation:", "stated:"


@dataclass(frozen=True)
class Campaign:
    """A public campaign in its latest version; ``statements`` are the versions that changed what posts join in, which posts name."""

    id: Id
    version: int
    content: Content
    terms: Terms
    statements: tuple[int, ...]


def campaigns(desk: Desk) -> list[Line]:
    """Return the latest line of every campaign that is public, newest first."""
    first = {line.subject for line in desk.record.lines if line.kind == "campaign"}
    heads = (desk.record.head(subject) for subject in first)
    return sorted((line for line in heads if line is not None and line.kind != "takedown"), key=lambda line: -line.index)


def campaign(desk: Desk, subject: Id) -> Campaign:
    """Return a campaign as it stands. Raises NotHere, ContentChanged, RemoteSilent, Malformed."""
    line = next((each for each in campaigns(desk) if each.subject == subject), None)
    if line is None:
        raise NotHere("there is no such campaign")
    content = read_content(text_of(desk, line).content)
    if content.terms is None:
        raise NotHere("there is no such campaign")
    return Campaign(subject, line.version, content, content.terms, _statements(desk, line))


def moderation(desk: Desk, terms: Terms) -> Identity:
    """Return the identity that opens a campaign's posts. Raises NotHere if this member was not there when it was made."""
    kept = desk.vault.note(KEY + terms.recipient)
    if kept is None:
        raise NotHere("this desk holds no key to the posts of this campaign")
    return Identity(kept)


def keep_moderation(desk: Desk, identity: Identity) -> None:
    """Keep a moderation identity, under its recipient."""
    desk.vault.keep_note(KEY + identity.recipient.text, identity.seed)


def begun(desk: Desk, terms: Terms) -> Terms:
    """Return the terms of a new campaign with a wall and a moderation identity of its own, which this desk keeps."""
    identity = Identity.generate()
    keep_moderation(desk, identity)
    return msgspec.structs.replace(terms, wall=random_id(), recipient=identity.recipient.text)


def _statements(desk: Desk, latest: Line) -> tuple[int, ...]:
    """Return which versions changed the statement, read once for each new version. Raises NotHere, ContentChanged, RemoteSilent."""
    kept = desk.vault.note(STATED + latest.subject)
    version, found = decode(kept, tuple[int, tuple[int, ...]]) if kept is not None else (0, ())
    if version != latest.version:
        lines = [line for line in desk.record.lines if line.subject == latest.subject]
        read = [(line.version, read_content(text_of(desk, line).content).terms) for line in lines]
        found = statements((number, terms) for number, terms in read if terms is not None)
        desk.vault.keep_note(STATED + latest.subject, encode((latest.version, found)))
    return found


def wall(desk: Desk, found: Campaign) -> Wall:
    """Return the wall as its batches make it. Raises EntryRefused for a batch that does not follow, ContentChanged, RemoteSilent."""
    made = Wall(found.id)
    for line in batches(desk, found.terms):
        made.take(read_batch(text_of(desk, line).content))
    return made


def batches(desk: Desk, terms: Terms) -> Iterator[Line]:
    """Yield the lines of a wall's batches in order; nothing once the wall was taken down."""
    head = desk.record.head(terms.wall)
    if head is not None and head.kind == "wall":
        yield from (line for line in desk.record.lines if line.subject == terms.wall and line.kind == "wall")


def text_of(desk: Desk, line: Line) -> Salted:
    """Return the signed file of a line, asked of the server once. Raises ContentChanged, NotHere, RemoteSilent."""
    name = f"{TEXT}{line.subject}/{line.version}"
    kept = desk.vault.note(name)
    file = decode(kept, Salted) if kept is not None else desk.remote.content(line.subject, line.version)
    if line.parameters is None or [(each.path, each.commitment) for each in line.parameters.files[:1]] != [(file.path, file.commitment)]:
        raise ContentChanged("the text is not the one in the record")
    if kept is None:
        desk.vault.keep_note(name, encode(file))
    return file
