# SPDX-License-Identifier: AGPL-3.0-or-later
"""A desk of three members for measurements: keys, charter, this week's recipients, a confirmation, and some stories.

Made by core and the server's own store, nothing is faked; it is founded as a demonstration and lives as long as its folder.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from ombuds.core.age import Identity
from ombuds.core.charter import Charter, InForce, Member, Thresholds, check_epoch, check_founding, confirm, sign_charter, sign_epoch, sign_freshness
from ombuds.core.custody import Action, Quorum, approve
from ombuds.core.envelope import Envelope, joined
from ombuds.core.keys import SigningKey, epoch_of, random_bytes
from ombuds.core.publication import Basis, Content, Entry, PublicSource, Text, describe, new_place, propose_entry, publish, salted
from ombuds.core.record import Record
from ombuds.host.clock import today
from ombuds.host.files import write_private
from ombuds.server.config import Settings
from ombuds.server.store import ledger, members
from ombuds.server.store.db import open_store
from ombuds.server.store.migrations import migrate

NAMES = ("anna", "boris", "carla")
ROLES: tuple[Action, ...] = ("open", "publish", "takedown", "destroy", "moderate", "charter")
STORIES = 12
BODY = "A shift is written down as rest. The plan and the list differ, and both are signed by the same hand.\n\n" * 12


@dataclass(frozen=True)
class Founded:
    """The desk's charter and all its members' keys."""

    charter: InForce
    keys: tuple[SigningKey, ...]
    weeks: tuple[Identity, ...]
    statements: tuple[Envelope, ...]
    log_key: SigningKey
    day: date

    def entry(self, number: int, content: Content | None = None) -> Entry:
        """Publish a story on a public source, signed by two members; of this content, if one is given."""
        story = content or Content(
            v=1,
            kind="story",
            texts=(Text("en", f"Story number {number}", "Rest that was duty.", BODY),),
            problem="overtime",
            sources=(PublicSource("The gazette", "https://gazette.example/1"),),
        )
        place = new_place()
        file = salted(place, story)
        rule = self.charter.rule("publish", self.day)
        said = describe(place, story, (file,), Basis("sources"), self.day)
        proposal = propose_entry(rule, place, (file,), said, self.day + timedelta(days=7))
        return publish(Quorum.of(joined(approve(proposal, key) for key in self.keys[:2]), rule), (file,), None)

    def leaves(self, count: int) -> Iterator[bytes]:
        """Make a ledger of this many entries, the charter first."""
        yield self.charter.envelope.canonical()
        for number in range(1, count):
            yield self.entry(number).leaf

    def freshness(self, record: Record) -> bytes:
        """Confirm the keys and the ledger's head, signed by all."""
        said = confirm(self.charter, self.statements, record.size, record.tree.root(), self.day)
        return sign_freshness(said, *self.keys).canonical()


def desk() -> Founded:
    """Make the members, their charter and their recipients of this week and the next."""
    day = today()
    keys, log_key = tuple(SigningKey.generate() for _ in NAMES), SigningKey.generate()
    charter = check_founding(sign_charter(_charter(keys, log_key, day), *keys))
    weeks = tuple(Identity.generate() for _ in NAMES)
    ahead = [
        sign_epoch(charter.instance_id, name, epoch_of(day) + week, identity.recipient, key)
        for week in (0, 1)
        for name, identity, key in zip(NAMES, weeks, keys, strict=True)
    ]
    return Founded(charter, keys, weeks, tuple(ahead), log_key, day)


def found(folder: Path, desk: Founded) -> Settings:
    """Make a server's folder in which this desk takes reports; the folder must be new."""
    folder.mkdir(mode=0o700)
    settings = Settings(data=str(folder))
    write_private(folder / "log.key", desk.log_key.seed.hex().encode())
    write_private(folder / "form.key", random_bytes(32).hex().encode())
    migrate(settings)
    store = open_store(settings)
    ledger.found(store, desk.charter.envelope)
    record = Record(desk.charter.envelope.canonical())
    with store.write() as connection:
        for statement in desk.statements:
            members.keep_epoch(connection, check_epoch(statement, desk.charter, desk.day), statement, desk.day)
        for number in range(STORIES):
            entry = desk.entry(number)
            ledger.append(connection, record, entry.leaf, entry.files)
            record.advance(entry.leaf)
        ledger.append(connection, record, desk.freshness(record), ())
    store.close()
    return settings


def _charter(keys: tuple[SigningKey, ...], log_key: SigningKey, day: date) -> Charter:
    return Charter(
        v=1,
        version=1,
        prev="",
        name="Measured desk",
        languages=("en", "ru"),
        addresses=("http://127.0.0.1",),
        members=tuple(Member(name, key.public.text, Identity.generate().recipient.text, ROLES) for name, key in zip(NAMES, keys, strict=True)),
        thresholds=Thresholds(open=2, publish=2, takedown=2, destroy=2, moderate=1, charter=2),
        mirrors=(),
        log_key=log_key.public.text,
        expires=day + timedelta(days=60),
        demonstration=True,
    )
