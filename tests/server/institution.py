# SPDX-License-Identifier: AGPL-3.0-or-later
"""A desk of three members on a real store in a temporary folder, founded and confirmed for one day."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from starlette.applications import Starlette
from starlette.testclient import TestClient

from ombuds.core.age import Identity
from ombuds.core.charter import (
    Charter,
    InForce,
    Member,
    Thresholds,
    check_epoch,
    check_founding,
    confirm,
    sign_charter,
    sign_epoch,
    sign_freshness,
)
from ombuds.core.custody import Action
from ombuds.core.keys import SigningKey, epoch_of, random_bytes
from ombuds.host.files import write_private
from ombuds.server.app import build, put_together
from ombuds.server.config import Settings, log_key
from ombuds.server.http.parts import Parts
from ombuds.server.store import ledger, members
from ombuds.server.store.migrations import migrate

TODAY = date(2026, 3, 4)
NAMES = ("anna", "boris", "vera")


@dataclass
class Calendar:
    """The day of the institution; tests turn its pages."""

    day: date = TODAY

    def __call__(self) -> date:
        return self.day

    def pass_days(self, days: int) -> None:
        """Let days pass."""
        self.day += timedelta(days=days)


@dataclass
class Institution:
    """A founded server with its members' keys."""

    parts: Parts
    app: Starlette
    charter: InForce
    calendar: Calendar
    keys: dict[str, SigningKey]
    epochs: dict[str, Identity] = field(default_factory=dict)

    def client(self) -> TestClient:
        """A browser that follows no redirect by itself."""
        return TestClient(self.app, base_url="http://desk.example", follow_redirects=False)

    @property
    def folder(self) -> Path:
        """The data folder."""
        return self.parts.settings.folder


def found(folder: Path, day: date = TODAY, names: tuple[str, ...] = NAMES, **chosen: int | str) -> Institution:
    """Found a desk, of three unless more are named, in a new folder and confirm its keys for today."""
    folder.mkdir(mode=0o700)
    for name in ("log.key", "form.key"):
        write_private(folder / name, random_bytes(32).hex().encode())
    settings = Settings(data=str(folder), **chosen)  # type: ignore[arg-type]
    migrate(settings)
    keys = {name: SigningKey.generate() for name in names}
    charter = check_founding(sign_charter(charter_for(settings, keys, day), *keys.values()))
    calendar = Calendar(day)
    parts = put_together(settings, calendar)
    ledger.found(parts.store, charter.envelope)
    here = Institution(parts, build(parts), charter, calendar, keys)
    renew(here)
    return here


def renew(here: Institution) -> None:
    """Give every member a key for this week and confirm them all."""
    today = here.calendar.day
    here.epochs = {name: Identity.generate() for name in here.keys}
    statements = [sign_epoch(here.charter.instance_id, name, epoch_of(today), here.epochs[name].recipient, here.keys[name]) for name in here.keys]
    with here.parts.store.write() as connection:
        for statement in statements:
            members.keep_epoch(connection, check_epoch(statement, here.charter, today), statement, today)
        record = here.parts.public.within(connection)
        freshness = confirm(here.charter, statements, record.size, record.tree.root(), today)
        leaf = sign_freshness(freshness, *here.keys.values()).canonical()
        ledger.append(connection, record, leaf, ())
    here.parts.public.record(fresh=True)


def charter_for(settings: Settings, keys: dict[str, SigningKey], day: date, demonstration: bool = False) -> Charter:
    """A founding charter of these members in which most acts need two."""
    roles: tuple[Action, ...] = ("open", "publish", "takedown", "destroy", "moderate", "charter")
    return Charter(
        v=1,
        version=1,
        prev="",
        name="Desk of Examples",
        languages=("en", "ru"),
        addresses=("http://desk.example",),
        members=tuple(Member(name, key.public.text, Identity.generate().recipient.text, roles) for name, key in keys.items()),
        thresholds=Thresholds(open=2, publish=2, takedown=2, destroy=2, moderate=1, charter=len(keys) // 2 + 1),
        mirrors=(),
        log_key=log_key(settings).public.text,
        expires=day + timedelta(days=90),
        demonstration=demonstration,
    )
