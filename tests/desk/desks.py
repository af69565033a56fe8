# SPDX-License-Identifier: AGPL-3.0-or-later
"""A whole institution for the desk's tests: the real server, three members with real vaults, and sources who write."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import msgspec
from starlette.testclient import TestClient

from ombuds.core.attachments import FileNote, FileParts, FileSealer, Manifest, Piece
from ombuds.core.cards import check_card
from ombuds.core.consent import Choice, Item, answer
from ombuds.core.content import Said
from ombuds.core.custody import Action
from ombuds.core.effort import BITS
from ombuds.core.encoding import encode
from ombuds.core.keys import Id, hash_of, random_bytes, random_id
from ombuds.core.messages import Message, Thread, open_message, seal_message, write_message
from ombuds.core.publication import Content, Text
from ombuds.core.sealing import Contact, Draft, Sealing, Wishes
from ombuds.core.source_keys import SourceKeys, derive
from ombuds.core.wire import SealedMessage
from ombuds.desk.casework.opening import propose_opening
from ombuds.desk.fetch import Synced, sync
from ombuds.desk.founding import Plan, ServerFile, become_member, begin_charter, draft_charter, join, join_signatures, sign_charter_file
from ombuds.desk.parts import Desk, open_desk
from ombuds.desk.release.approving import approve
from ombuds.desk.vault import Vault, create_vault
from ombuds.desk.vaultfile import Stretch
from ombuds.host.files import write_private
from ombuds.server import tick
from ombuds.server.app import build, put_together
from ombuds.server.config import Settings, log_key
from ombuds.server.http.parts import Parts
from ombuds.server.store import inbox, intake, ledger
from ombuds.server.store.migrations import migrate
from tests.server.institution import Calendar

TODAY = date(2026, 3, 4)
NAMES = ("anna", "boris", "vera")
ASKS = Wishes("publicity", "overtime")
CHEAP = Stretch(memory=64, passes=1, lanes=1)
PASSPHRASE = "a long walk by the river"
ADDRESS = "http://127.0.0.1:8080"


@dataclass
class World:
    """A founded desk: the server's parts, each member's desk, and the day."""

    parts: Parts
    desks: dict[str, Desk]
    calendar: Calendar
    folder: Path

    def __getitem__(self, name: str) -> Desk:
        return self.desks[name]

    def sync(self, *names: str) -> dict[str, Synced]:
        """Let members look at the server one after another."""
        return {name: sync(self.desks[name]) for name in names or self.desks}

    def renew(self) -> None:
        """Let everybody publish keys and confirm them."""
        self.sync()
        self.sync()

    def release(self) -> None:
        """Let a batch leave the server."""
        tick.run(self.parts, 23, force=True)

    def source(self) -> Source:
        """Return a new source."""
        return Source(self, derive(random_bytes(16), self.desks["anna"].instance_id))


class Source:
    """A source with words of their own, who seals as the command line does."""

    def __init__(self, world: World, keys: SourceKeys) -> None:
        self.world, self.keys, self.language = world, keys, "en"

    @property
    def thread(self) -> Thread:
        """What this source shares with the desk."""
        return Thread(self.world["anna"].instance_id, self.keys.mailbox_hash, 0, self.keys.mac(0))

    def reports(self, text: str, files: Sequence[tuple[str, bytes]] = (), exclude: tuple[str, ...] = (), asks: Wishes = ASKS, effort: int = BITS) -> Id:
        """Send a report, of full effort unless something else is said, and let it be released."""
        parts, today = self.world.parts, self.world.calendar()
        sealing = Sealing(parts.public.epochs(today))
        for name, content in files:
            sealing.keep(*self._file(sealing.file(), name, content))
        contact = Contact(self.keys.mailbox_hash, self.keys.identity.recipient.text, self.keys.consent.public.text, self.keys.mac(0))
        sealed = sealing.finish(Draft(text, self.language, "command-line", msgspec.structs.replace(asks, exclude=exclude), contact))
        with parts.store.write() as connection:
            intake.keep_report(connection, sealed, hash_of(random_bytes(16)), today, effort)
            intake.add_parts(connection, sealed.id, sealed.manifest, today)
        self.world.release()
        return sealed.id

    def writes(self, text: str, files: Sequence[tuple[str, bytes]] = (), **filled: object) -> Message:
        """Send a message to the open case and let it be released."""
        parts, today = self.world.parts, self.world.calendar()
        with parts.store.read() as connection:
            (envelope,) = inbox.cards_of(connection, self.keys.mailbox_hash)
        card, recipient = check_card(envelope, parts.public.record().charter, self.keys.mailbox_hash, today)
        stored = [self._file(FileSealer(recipient), name, content) for name, content in files]
        plain = write_message(self.thread, "source", 0, text)
        message = msgspec.structs.replace(plain, files=tuple(note for note, _ in stored), **filled)
        self.puts(card.case, seal_message(message, self.thread, recipient), message.id, tuple(listed for _, listed in stored))
        return message

    def answers(self, choice: Choice, without: tuple[Item, ...] = ()) -> Message:
        """Answer the latest question."""
        question = next(message.question for message in reversed(self.reads()) if message.question is not None)
        return self.writes("", answer=answer(question, self.keys.mailbox_hash, choice, without, self.keys.consent))

    def puts(self, case: Id, content: bytes, name: Id = "", files: tuple[FileParts, ...] = ()) -> Id:
        """Put sealed bytes into a case's queue, as the server does, and release them."""
        sealed = SealedMessage(name or random_id(), content, Manifest(hash_of(content), files))
        with self.world.parts.store.write() as connection:
            inbox.keep_message(connection, case, sealed, self.world.calendar())
        self.world.release()
        return sealed.id

    def reads(self) -> list[Message]:
        """Return the released replies in the order of their numbers."""
        with self.world.parts.store.read() as connection:
            replies = inbox.replies_of(connection, self.keys.mailbox_hash)
        found = [open_message(reply.content, self.keys.identity, self.thread, "desk") for reply in replies]
        return sorted(found, key=lambda message: message.number)

    def _file(self, sealer: FileSealer, name: str, content: bytes) -> tuple[FileNote, FileParts]:
        stored: dict[Id, bytearray] = {}
        pieces: list[Piece] = sealer.write(content)
        rest, note, listed = sealer.finish(name, "text/plain")
        for piece in [*pieces, *rest]:
            stored.setdefault(piece.part, bytearray()).extend(piece.content)
        for part, sealed in stored.items():
            writer = self.world.parts.store.blobs.open(part, self.world.calendar())
            writer.write(bytes(sealed))
            writer.close()
        return note, listed


def story(title: str = "Forty hours without sleep", **filled: object) -> Content:
    """Return the content of a story."""
    plain = Content(1, "story", (Text("en", title, "Three shifts in a row.", "They were told to sign."),), region="North", rank="sergeant")
    if isinstance(correction := filled.get("correction"), str):
        filled["correction"] = (Said("en", correction),)
    if filled.get("status", "open") != "open":
        filled.setdefault("since", date(2026, 3, 4))
    return msgspec.structs.replace(plain, **filled)


def update(title: str = "The lawyer is on the way") -> Content:
    """Return the content of an update."""
    return Content(1, "update", (Text("en", title, "", "More soon."),))


def opened(world: World, source: Source, text: str = "beaten in custody", team: tuple[str, ...] = (), asks: Wishes = ASKS) -> Id:
    """Open one report of a source together, by two of three members, and return its case."""
    report = source.reports(text, asks=asks)
    world.sync()
    proposal = propose_opening(world["anna"], [report], team)
    world.sync("boris")
    approve(world["boris"], proposal)
    (case,) = world.sync("anna")["anna"].opened
    world.sync()
    return case


@contextmanager
def institution(folder: Path, day: date = TODAY, names: Sequence[str] = NAMES, k: int = 2, **roles: tuple[Action, ...]) -> Iterator[World]:
    """Found a desk over the real server of which k members open together, keys confirmed for that day; ``roles`` of some members are fewer than all."""
    calendar = Calendar(day)
    settings = _prepared(folder / "server")
    vaults = {name: create_vault(folder / name, PASSPHRASE, CHEAP) for name in names}
    signed = _found(settings, vaults, Plan("Desk of Examples", k), calendar, roles)
    parts = put_together(settings, calendar)
    ledger.found(parts.store, join_signatures([signed]))
    client = TestClient(build(parts), base_url=ADDRESS)
    desks = {}
    for name, vault in vaults.items():
        join(vault, signed)
        desks[name] = open_desk(vault, client, calendar)
    world = World(parts, desks, calendar, folder)
    world.renew()
    yield world
    for vault in vaults.values():
        vault.close()
    client.close()
    parts.store.close()


def _prepared(folder: Path) -> Settings:
    folder.mkdir(mode=0o700)
    for name in ("log.key", "form.key"):
        write_private(folder / name, random_bytes(32).hex().encode())
    settings = Settings(data=str(folder))
    migrate(settings)
    return settings


def _found(settings: Settings, vaults: dict[str, Vault], plan: Plan, calendar: Calendar, roles: Mapping[str, tuple[Action, ...]]) -> bytes:
    files = [become_member(vault, name) for name, vault in vaults.items()]
    server = ServerFile(1, log_key(settings).public.text, (ADDRESS,))
    charter = draft_charter(server, files, plan, calendar)
    members = tuple(msgspec.structs.replace(member, roles=roles.get(member.name, member.roles)) for member in charter.members)
    blank = encode(begin_charter(msgspec.structs.replace(charter, members=members)))
    return encode(join_signatures([encode(sign_charter_file(vault, blank)) for vault in vaults.values()]))
