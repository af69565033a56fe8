# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pictures of drafts: fresh pixels in the member's own vault, named by their hash, until their text is public.

They are put there one by one, by a member who chose each for publication; nothing leads here from the files of a case (T15).
What holds more than pixels is refused before it is kept (T13). It makes no pixels: the room media does. See
spec/publication.md.
"""

from __future__ import annotations

from collections.abc import Mapping

from ombuds.core.content import Content, Picture, Words
from ombuds.core.errors import ContentChanged, NotHere
from ombuds.core.keys import Hash, hash_of
from ombuds.core.pictures import shape_of
from ombuds.core.publication import EntryFile, check_picture
from ombuds.desk.parts import Desk

KEPT = "picture:"


def keep_picture(desk: Desk, content: bytes, credit: str, shows: Words) -> Picture:
    """Keep fresh pixels in the vault and return how a text names them. Raises Malformed."""
    shape = shape_of(content)
    desk.vault.keep_note(KEPT + hash_of(content), content)
    return Picture(hash_of(content), shape.type, shape.width, shape.height, credit, shows)


def pictures_of(desk: Desk, content: Content) -> Mapping[Hash, bytes]:
    """Return the pictures that a text names and the vault has."""
    found = {picture.sha256: desk.vault.note(KEPT + picture.sha256) for picture in content.pictures}
    return {name: kept for name, kept in found.items() if kept is not None}


def bring_pictures(desk: Desk, content: Content, named: tuple[EntryFile, ...], subject: str, version: int) -> None:
    """Fetch the pictures of a published version that the vault lacks. Raises ContentChanged, Malformed, NotHere, RemoteSilent."""
    had = pictures_of(desk, content)
    for number, (picture, file) in enumerate(zip(content.pictures, named[1:], strict=True), start=1):
        if picture.sha256 not in had:
            found = desk.remote.picture(subject, version, number)
            if (found.path, found.commitment) != (file.path, file.commitment):
                raise ContentChanged
            check_picture(picture, found.content)
            desk.vault.keep_note(KEPT + picture.sha256, found.content)


def check_there(desk: Desk, content: Content) -> None:
    """Check that every picture that a text names is in the vault. Raises NotHere."""
    if len(pictures_of(desk, content)) < len(content.pictures):
        raise NotHere("a picture of the text is not on this machine")


def forget_unused(desk: Desk) -> int:
    """Delete the pictures that no draft names any more; return how many."""
    used = {picture.sha256 for draft in desk.vault.drafts(None) for picture in draft.content.pictures}
    unused = [name for name in desk.vault.notes(KEPT) if name.removeprefix(KEPT) not in used]
    for name in unused:
        desk.vault.drop_note(name)
    return len(unused)
