# SPDX-License-Identifier: AGPL-3.0-or-later
"""Files of this machine: written whole or not at all, and the one function for names that come from outside.

A name from outside is only ever shown, never used as a path: stored files have random ids (T10). It does not read
settings and does not decide who may see a file. See spec/host.md.
"""

from __future__ import annotations

import os
import unicodedata
from pathlib import Path

from ombuds.core.keys import random_id

LONGEST_NAME = 120
LONGEST_ENDING = 16
UNNAMED = "file"
# Control, format (right-to-left overrides, zero-width), surrogate, unassigned and line-breaking characters deceive the eye.
HIDDEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
FORBIDDEN = '<>:"|?*'


def safe_name(name: str) -> str:
    """Return a name that is safe to show and to save under: no folders, no hidden characters, 120 characters at most."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rstrip("/").rpartition("/")[2]
    seen = "".join(" " if unicodedata.category(c) == "Zs" else c for c in last if unicodedata.category(c) not in HIDDEN)
    plain = " ".join("".join("_" if c in FORBIDDEN else c for c in seen).split()).strip(". ")
    if len(plain) > LONGEST_NAME:
        stem, dot, ending = plain.rpartition(".")
        tail = dot + ending if stem and len(ending) <= LONGEST_ENDING else ""
        plain = plain[: LONGEST_NAME - len(tail)].rstrip(". ") + tail
    return plain or UNNAMED


def write_private(path: Path, content: bytes) -> None:
    """Write a file that only its owner may read, whole or not at all, and bring it to the disk."""
    beside = path.with_name(f".{path.name}.{random_id()}")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Bring a folder's list of names to the disk."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def private_folder(path: Path) -> None:
    """Make a folder that only its owner may enter."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.chmod(0o700)
