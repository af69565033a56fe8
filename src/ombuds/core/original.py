# SPDX-License-Identifier: AGPL-3.0-or-later
"""The sealed original of an opened report, with the key that opens it: what the first event of a case carries.

Whoever opens a report hands on what the source sealed, bit by bit, and not words of their own: the manifest's hash is the
one that enough members signed, the body is the one that the manifest names, and the body names each file by its hash. So
every desk reads the report itself, whatever the opener's desk says (T05). It rebuilds no key. See spec/opening.md.
"""

from __future__ import annotations

import msgspec

from ombuds.core.age import Identity, open_sealed
from ombuds.core.attachments import Manifest
from ombuds.core.encoding import decode
from ombuds.core.errors import Tampered
from ombuds.core.keys import Hash, MemberName, hash_of
from ombuds.core.sealing import Body


class Original(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A report as its source sealed it, and the seed of the identity E that opens it and its files."""

    manifest: Manifest
    body: bytes
    seed: bytes

    def __repr__(self) -> str:
        return f"Original({self.manifest.hash[:8]})"

    @property
    def identity(self) -> Identity:
        """The identity E. Raises Malformed."""
        return Identity(self.seed)


class Opened(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The first event of a case: the opened report as its source sealed it, and who works on it."""

    submission: Hash
    generation: int
    team: tuple[MemberName, ...]
    original: Original


def read_opened(opened: Opened) -> Body:
    """Return the report that a first event brings under its name. Raises Tampered, NotSealedForThis, Malformed."""
    if opened.original.manifest.hash != opened.submission:
        raise Tampered
    return read_original(opened.original)


def read_original(original: Original) -> Body:
    """Open a report's body and check it against its manifest. Raises Tampered, NotSealedForThis, Malformed."""
    if hash_of(original.body) != original.manifest.body:
        raise Tampered
    body = decode(open_sealed(original.body, original.identity), Body)
    if [note.id for note in body.files] != [file.id for file in original.manifest.files]:
        raise Tampered
    return body
