# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the screens share while the desk runs: the open desk or none, the keys of this start, and when it locks itself.

Locking closes the vault at once, whatever else is going on, so that the keys in it are gone before anybody sits down at
the machine (T33). It shows nothing and keeps nothing on the disk. See spec/desk.md.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from threading import Lock, Thread

from ombuds.core.errors import NotHere, OmbudsError, RemoteSilent
from ombuds.core.keys import random_id
from ombuds.desk.fetch import sync
from ombuds.desk.pages.album import Album
from ombuds.desk.parts import Desk
from ombuds.pages.desk_render import DeskRenderer
from ombuds.pages.languages import DESK, mark, wished
from ombuds.pages.press import Press
from ombuds.pages.render import Renderer
from ombuds.pages.values import Sentence

SYNCED = "screens.synced"
LANGUAGE = "screens.language"


@dataclass(frozen=True, repr=False)
class Keys:
    """The secrets of one start: the way in, the cookie that it leaves, and the mark of every form."""

    token: str
    cookie: str = field(default_factory=random_id)
    form: str = field(default_factory=random_id)


@dataclass(frozen=True)
class Frame:
    """What does not change while the desk runs. ``reopen`` opens the vault again; ``ticks`` counts seconds from anywhere.

    Without a language the screens speak the browser's.
    """

    port: int
    ticks: Callable[[], float]
    reopen: Callable[[str], Desk]
    vault: str = ""
    language: str = ""
    idle: float = 15 * 60

    @property
    def hosts(self) -> tuple[str, ...]:
        """The two exact names under which the desk answers."""
        return (f"127.0.0.1:{self.port}", f"localhost:{self.port}")

    @property
    def cookie(self) -> str:
        """The cookie's name; browsers share cookies between the ports of a machine, so the port is in it."""
        return f"ombuds-desk-{self.port}"


class Room:
    """The one desk that the screens show, while it is unlocked."""

    def __init__(self, desk: Desk | None, keys: Keys, frame: Frame) -> None:
        self.desk, self.keys, self.frame = desk, keys, frame
        self.press = press = Press()
        self.style = press.style
        self.renderer, self.readers = DeskRenderer(press), Renderer(press)
        self.language = frame.language if frame.language in DESK else DESK[0]
        self.offline_since: date | None = None
        self.work, self.album = Lock(), Album()
        self.looking: Thread | None = None
        self._notice: str | Sentence | None = None
        self._seen = frame.ticks()
        self._synced: float | None = None

    def touch(self) -> None:
        """Note that the member is here, unless they were away so long that the desk locks."""
        self.lock_if_idle()
        self._seen = self.frame.ticks()

    def lock_if_idle(self) -> None:
        """Lock if nobody asked for anything for too long."""
        if self.desk is not None and self.frame.ticks() - self._seen > self.frame.idle:
            self.lock()

    def lock(self) -> None:
        """Close the vault and forget the desk."""
        desk, self.desk, self._notice, self._synced = self.desk, None, None, None
        self.album.clear()
        if desk is not None:
            desk.vault.close()

    def unlock(self, passphrase: str) -> None:
        """Open the vault again. Raises VaultLocked, VaultBusy, VaultDamaged, NotHere."""
        with self.work:
            if self.desk is None:
                self.desk = self.frame.reopen(passphrase)
                self._remember()

    def greet(self, wanted: str) -> None:
        """Speak the language that was chosen on the screens, else that of the settings, else the first that the browser asks for."""
        self.language = self.frame.language if self.frame.language in DESK else wished(wanted, DESK)
        self._remember()

    def speak(self, desk: Desk, language: str) -> None:
        """Speak another language from now on, also after the next start. Raises NotHere for one that the screens are not written in."""
        if language not in DESK:
            raise NotHere("no such language")
        desk.vault.keep_note(LANGUAGE, language.encode())
        self.language = language

    def say(self, notice: str | Sentence) -> None:
        """Keep a sentence for the next screen."""
        self._notice = notice

    def said(self) -> str | Sentence | None:
        """Return the sentence that was kept, once."""
        notice, self._notice = self._notice, None
        return notice

    def stale(self, seconds: float) -> bool:
        """Whether the last look at the server is older than this."""
        return self._synced is None or self.frame.ticks() - self._synced > seconds

    def fetch(self, desk: Desk) -> None:
        """Fetch and send what is due; a silent server is noted. Raises the first trouble that the look met."""
        with self.work:
            self._synced = self.frame.ticks()
            try:
                found = sync(desk)
            except RemoteSilent:
                self.silent(desk)
                return
            self.offline_since = None
            desk.vault.keep_note(SYNCED, desk.today.isoformat().encode())
            if found.troubles:
                raise found.troubles[0].error

    def fetch_quietly(self, desk: Desk) -> OmbudsError | None:
        """Fetch, and return what went wrong instead of raising it."""
        try:
            self.fetch(desk)
        except OmbudsError as wrong:
            # A desk that was locked meanwhile has no vault to write to, and nobody to tell.
            return wrong if self.desk is desk else None
        return None

    def fetch_within(self, desk: Desk, seconds: float) -> OmbudsError | None:
        """Fetch, but wait only so long; what takes longer goes on beside, and the next screen says so."""
        found: list[OmbudsError] = []

        def look() -> None:
            wrong = self.fetch_quietly(desk)
            found.extend([wrong] if wrong else [])

        if self.looking is None or not self.looking.is_alive():
            self.looking = Thread(target=look, daemon=True)
            self.looking.start()
        self.looking.join(seconds)
        if self.looking.is_alive():
            self.say(mark("The server takes its time. What it sends is here at the next look."))
        return found[0] if found else None

    def silent(self, desk: Desk) -> None:
        """Note that the server does not answer, and from which day what is shown is."""
        with suppress(OmbudsError):
            kept = desk.vault.note(SYNCED)
            self.offline_since = date.fromisoformat(kept.decode()) if kept else desk.today

    def _remember(self) -> None:
        kept = self.desk.vault.note(LANGUAGE) if self.desk is not None else None
        self.language = kept.decode() if kept else self.language
