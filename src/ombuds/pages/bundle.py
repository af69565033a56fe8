# SPDX-License-Identifier: AGPL-3.0-or-later
"""The script that seals a report in the source's own browser: built from web/, served under the hash of its content.

Whoever has the source can build it again and compare the SHA-256 that "Check us" shows. Where nothing was built there is
no script, and the pages are the plain forms they are without one. It builds nothing. See spec/browser.md.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from importlib import resources
from types import MappingProxyType

from ombuds.core import errors
from ombuds.pages.values import Trouble

BUILT = "report.js"
# What the script may have to say, in the words of the errors that it names.
_WORDS = (errors.WordsCount, errors.WordUnknown, errors.WordsMixed, errors.WordsChecksum)
_REFUSED = (errors.ReportEmpty, errors.TooLarge, errors.TooManyExcluded, errors.StoreFull, errors.IntakeClosed, *_WORDS)
REFUSALS: Mapping[str, Trouble] = MappingProxyType({error.__name__: Trouble.of(error()) for error in _REFUSED})


@dataclass(frozen=True)
class Bundle:
    """A built script and the names that its content gives it."""

    content: bytes

    @property
    def sha256(self) -> str:
        """The SHA-256 of the script, in hex."""
        return sha256(self.content).hexdigest()

    @property
    def name(self) -> str:
        """The name it is served under; another content has another name."""
        return f"report-{self.sha256[:16]}.js"

    @property
    def integrity(self) -> str:
        """What a page says of it, so that a browser runs nothing else."""
        return "sha256-" + b64encode(sha256(self.content).digest()).decode()


def built() -> Bundle | None:
    """Return the script of this installation, or nothing if none was built."""
    file = resources.files("ombuds.pages").joinpath("static", "bundle", BUILT)
    return Bundle(file.read_bytes()) if file.is_file() else None
