# SPDX-License-Identifier: AGPL-3.0-or-later
"""A byte search over a taken disk: for a secret in every plain spelling that a program could have written it in.

It does not decompress or decrypt anything. What it finds, it names by the file's place. It judges nothing.
"""

from __future__ import annotations

from base64 import b64encode, urlsafe_b64encode
from pathlib import Path
from urllib.parse import quote


def spellings(secret: bytes) -> set[bytes]:
    """Return the secret as it is, in hex, percent-encoded, in UTF-16, and in base64 at each of its three places."""
    found = {secret, secret.hex().encode(), secret.hex().upper().encode(), quote(secret).encode()}
    for encoded in (b64encode, urlsafe_b64encode):
        for before in range(3):
            # What stands before shifts the letters; the first and the last of them also hold bits of the neighbours.
            found.add(encoded(bytes(before) + secret)[4 if before else 0 : -4])
    try:
        text = secret.decode()
    except UnicodeDecodeError:
        return found
    return found | {text.encode("utf-16-le"), text.encode("utf-16-be")}


def lying_in(folder: Path, secrets: dict[str, bytes]) -> list[str]:
    """Return which of the named secrets lie readable in which files of a folder, or in the files' own names."""
    sought = {name: spellings(secret) for name, secret in secrets.items()}
    found = []
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        content = path.read_bytes() + b"\n" + str(path.relative_to(folder)).encode()
        found += [f"{name} in {path.relative_to(folder)}" for name, written in sought.items() if any(one in content for one in written)]
    return found
