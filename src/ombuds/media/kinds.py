# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which kind a file is by its first bytes, and which kind its name says; the name is never believed.

The desk compares a few bytes and reads no further; the kind chooses the one decoder that a cell is given. See
spec/media.md.
"""

from __future__ import annotations

from dataclasses import dataclass

HEIF_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"mif1")
AVIF_BRANDS = (b"avif", b"avis")


@dataclass(frozen=True)
class Kind:
    """A kind of file that can be shown: its name, the cell's program for it, how names of such files end, whether it needs threads."""

    name: str
    program: str
    endings: tuple[str, ...]
    threads: bool = False


JPEG = Kind("JPEG", "render", ("jpg", "jpeg", "jpe", "jfif"))
PNG = Kind("PNG", "render", ("png",))
WEBP = Kind("WEBP", "render", ("webp",))
GIF = Kind("GIF", "render", ("gif",))
HEIF = Kind("HEIF", "heif", ("heic", "heif", "hif"), threads=True)
AVIF = Kind("AVIF", "avif", ("avif",))
PDF = Kind("PDF", "document", ("pdf",))
KINDS = (JPEG, PNG, WEBP, GIF, HEIF, AVIF, PDF)
PHOTOGRAPHS = (JPEG, PNG, WEBP, HEIF, AVIF)
"""What a campaign takes: what telephones and their editors write, and nothing that moves."""
HEAD = 16


def kind_of(head: bytes) -> Kind | None:
    """Return the kind whose files begin like this, or nothing."""
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return WEBP
    if head.startswith((b"GIF87a", b"GIF89a")):
        return GIF
    if head[4:8] == b"ftyp" and head[8:12] in HEIF_BRANDS:
        return HEIF
    if head[4:8] == b"ftyp" and head[8:12] in AVIF_BRANDS:
        return AVIF
    return PDF if head.startswith(b"%PDF-") else None


def named(name: str) -> str:
    """Return the kind that a file's name claims: one of ours, the ending in capitals, or nothing."""
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    return next((kind.name for kind in KINDS if ending in kind.endings), ending.upper())
