# SPDX-License-Identifier: AGPL-3.0-or-later
"""The parts of one server, put together in app.py, and how a handler gets at them.

Nothing here is global: the parts hang on the application. It builds nothing itself. See spec/server.md.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from anyio import CapacityLimiter, fail_after
from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection, Request

from ombuds.core.charter import InForce, fingerprint
from ombuds.core.errors import NotHere, StoreBusy
from ombuds.core.record import Record
from ombuds.host.clock import Clock
from ombuds.pages.languages import SHIPPED, Language
from ombuds.pages.render import Renderer
from ombuds.pages.values import Shell
from ombuds.server.config import Settings
from ombuds.server.http.static import Packed
from ombuds.server.store.db import Store
from ombuds.server.store.public import PublicRecord
from ombuds.server.store.statements import Statements

T = TypeVar("T")

# Of one process: two threads that seal take the interpreter from each other, and the store takes one writer anyway.
KEEPING_AT_ONCE = 1
KEEPING_SECONDS = 5


@dataclass(frozen=True)
class Parts:
    """Everything that handlers work with."""

    settings: Settings
    store: Store
    public: PublicRecord
    clock: Clock
    renderer: Renderer
    form_key: bytes
    languages: Mapping[str, Language]
    static: Mapping[str, Packed]
    statements: Statements = field(default_factory=Statements)

    @property
    def today(self) -> date:
        """The day, in UTC."""
        return self.clock()

    @property
    def scripted(self) -> bool:
        """Whether this installation has the script that seals in the browser."""
        return any(name.startswith("report-") for name in self.static)

    @property
    def joins(self) -> bool:
        """Whether this installation has the script that joins a campaign in the browser."""
        return any(name.startswith("post-") for name in self.static)


def parts_of(request: HTTPConnection) -> Parts:
    """Return the parts of the server that got this request."""
    parts: Parts = request.app.state.parts
    return parts


def keeping_threads() -> CapacityLimiter:
    """Return the limit for `keeping`, one for each application."""
    return CapacityLimiter(KEEPING_AT_ONCE)


async def keeping(request: Request, work: Callable[[], T]) -> T:
    """Seal and keep in a thread, one at a time; pages and arriving files have other threads. Raises StoreBusy after five seconds of waiting."""
    limit: CapacityLimiter = request.app.state.keeping
    try:
        with fail_after(KEEPING_SECONDS):
            await limit.acquire()
    except TimeoutError:
        raise StoreBusy from None
    try:
        return await run_in_threadpool(work)
    finally:
        limit.release()


def language_of(request: HTTPConnection) -> str:
    """Return the language in the address. Raises NotHere for one that is not shipped."""
    language = str(request.path_params.get("lang", ""))
    if language not in SHIPPED:
        raise NotHere
    return language


async def record_of(parts: Parts) -> Record:
    """Return the public record, from memory when it was just looked up. Raises NotHere before the founding."""
    at_hand = parts.public.at_hand()
    return at_hand if at_hand is not None else await run_in_threadpool(parts.public.record)


def shell_of(charter: InForce, language: str, path: str) -> Shell:
    """Return what surrounds a page; ``path`` is the page's own path without the language."""
    said = charter.charter
    return Shell(
        desk_name=said.name,
        language=language,
        path=path,
        languages=SHIPPED,
        demonstration=said.demonstration,
        fingerprint=fingerprint(charter.instance_id),
        onion=next((address for address in said.addresses if ".onion" in address), None),
    )


def address_of(charter: InForce, settings: Settings) -> str:
    """Return the desk's address in the open web as its members signed it, or its first one, or the one of the settings, or empty."""
    said = charter.charter.addresses
    return next((each for each in said if ".onion" not in each), next(iter(said), settings.address)).rstrip("/")
