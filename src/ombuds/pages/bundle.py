# SPDX-License-Identifier: AGPL-3.0-or-later
"""The scripts that seal in the source's and the supporter's own browser: built from web/, served under the hash of their content.

Whoever has the source can build them again and compare the SHA-256 that "Check us" shows. Where nothing was built there is
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
from ombuds.core.words import LANGUAGES
from ombuds.pages.values import Trouble

REPORT, POST, PICTURES, COPYING = "report.js", "post.js", "join.js", "copy.js"
# What the script may have to say, in the words of the errors that it names.
_WORDS = (errors.WordsCount, errors.WordUnknown, errors.WordsMixed, errors.WordsChecksum)
_REFUSED = (errors.ReportEmpty, errors.TooLarge, errors.TooManyExcluded, errors.StoreFull, errors.IntakeClosed, *_WORDS)
REFUSALS: Mapping[str, Trouble] = MappingProxyType({error.__name__: Trouble.of(error()) for error in _REFUSED})


@dataclass(frozen=True)
class Bundle:
    """A built script or list of words, and the names that its content gives it."""

    content: bytes
    built: str = REPORT

    @property
    def sha256(self) -> str:
        """The SHA-256 of the script, in hex."""
        return sha256(self.content).hexdigest()

    @property
    def name(self) -> str:
        """The name it is served under; another content has another name."""
        stem, _, ending = self.built.rpartition(".")
        return f"{stem}-{self.sha256[:16]}.{ending}"

    @property
    def integrity(self) -> str:
        """What a page says of it, so that a browser runs nothing else."""
        return "sha256-" + b64encode(sha256(self.content).digest()).decode()


@dataclass(frozen=True)
class Joining:
    """What pages of a campaign load: the form its script, the worker for photographs and a list of words; texts to copy their buttons."""

    script: Bundle
    pictures: Bundle
    lists: Mapping[str, Bundle]
    copying: Bundle | None = None

    @property
    def files(self) -> tuple[Bundle, ...]:
        """All of it."""
        return (self.script, self.pictures, *self.lists.values(), *filter(None, (self.copying,)))


def built() -> Bundle | None:
    """Return the script of this installation that seals reports, or nothing if none was built."""
    return _built(REPORT)


def joining() -> Joining | None:
    """Return what this installation's forms of campaigns load, or nothing unless all of it was built."""
    script, pictures = _built(POST), _built(PICTURES)
    lists = {language: found for language in LANGUAGES if (found := _built(f"words-{language}.txt"))}
    return Joining(script, pictures, MappingProxyType(lists), _built(COPYING)) if script and pictures and len(lists) == len(LANGUAGES) else None


def _built(name: str) -> Bundle | None:
    file = resources.files("ombuds.pages").joinpath("static", "bundle", name)
    return Bundle(file.read_bytes(), name) if file.is_file() else None
