# SPDX-License-Identifier: AGPL-3.0-or-later
"""Founds the demonstration: a server folder, three vaults, one charter that all three sign. Or goes on with what is there.

It uses the same verbs as a real founding. What makes it a demonstration is written in the charter, so every page says so:
the passphrases lie beside the vaults, and batches do not wait. What it publishes is told by demo_telling.py. See
spec/demonstration.md.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import msgspec

from ombuds.core.encoding import decode, encode
from ombuds.core.envelope import read
from ombuds.core.errors import SettingWrong
from ombuds.core.keys import random_bytes
from ombuds.desk.founding import MemberFile, Plan, ServerFile, become_member, begin_charter, draft_charter, join, sign_charter_file
from ombuds.desk.vault import create_vault, open_vault
from ombuds.desk.vaultfile import Stretch
from ombuds.host.clock import today
from ombuds.host.files import private_folder, write_private
from ombuds.pages.languages import SHIPPED
from ombuds.server.config import FILE, Settings, log_key, read_settings
from ombuds.server.store.db import open_store
from ombuds.server.store.ledger import found
from ombuds.server.store.migrations import migrate

MEMBERS = ("anna", "boris", "vera")
NAME = "Watch House"
KEPT = "demonstration.json"
TICK_SECONDS = 3


class Kept(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a second start needs: where the server answers, and the passphrases of vaults that protect nobody.

    ``untold`` is the day of the founding while not all of the invented texts are public, and nothing afterwards.
    """

    v: int
    address: str
    passphrases: dict[str, str]
    untold: date | None = None


@dataclass(frozen=True)
class Demonstration:
    """A founded demonstration: its folder and how to open its vaults."""

    data: Path
    passphrases: dict[str, str]
    untold: date | None = None

    @property
    def server(self) -> Path:
        """The server's data folder."""
        return self.data / "server"

    def vault(self, name: str) -> Path:
        """The folder of a member's vault."""
        return self.data / f"{name}.vault"


def founded_at(data: Path) -> str:
    """Return the address that the demonstration in a folder was founded at, or nothing. Raises Malformed for a spoilt file."""
    file = data / KEPT
    return decode(file.read_bytes(), Kept).address if file.exists() else ""


def found_or_continue(data: Path, address: str, tell: Callable[[str], None]) -> Demonstration:
    """Found a demonstration in the folder, or go on with the one there. Raises SettingWrong if that one has another address."""
    file = data / KEPT
    if file.exists():
        kept = decode(file.read_bytes(), Kept)
        if kept.address != address:
            raise SettingWrong(f"port: this demonstration was founded at {kept.address}")
        tell("going on with the demonstration that is there")
        return Demonstration(data, kept.passphrases, kept.untold)
    if data.exists() and any(data.iterdir()):
        raise SettingWrong("data: this folder holds something else, or a founding that was broken off; name an empty one")
    private_folder(data)
    here = Demonstration(data, {name: random_bytes(16).hex() for name in MEMBERS}, today())
    _found(here, address, tell)
    # Written last: a founding that was broken off is never taken for a whole one.
    write_private(file, encode(Kept(1, address, here.passphrases, here.untold)))
    return here


def all_told(here: Demonstration, address: str) -> None:
    """Note that the invented texts are public, so that no later start looks at them again."""
    write_private(here.data / KEPT, encode(Kept(1, address, here.passphrases)))


def _found(here: Demonstration, address: str, tell: Callable[[str], None]) -> None:
    server = _make_server(here, address)
    tell("the server has its keys")
    members = [_make_member(here, name) for name in MEMBERS]
    tell("three members have their vaults")
    charter = begin_charter(draft_charter(server, members, Plan(NAME, 2, SHIPPED, demonstration=True), today))
    content = charter.canonical()
    for name in MEMBERS:
        vault = open_vault(here.vault(name), here.passphrases[name])
        content = sign_charter_file(vault, content).canonical()
        vault.close()
    for name in MEMBERS:
        vault = open_vault(here.vault(name), here.passphrases[name])
        join(vault, content, address)
        vault.close()
    tell("all three have signed the charter; two of three are needed for every act")
    _found_server(here, content)
    tell("the public ledger has begun")


def _make_server(here: Demonstration, address: str) -> ServerFile:
    private_folder(here.server)
    for name in ("log.key", "form.key"):
        write_private(here.server / name, random_bytes(32).hex().encode())
    first = int(address.rpartition(":")[2]) + 1
    desks = ",".join(f"{name}:{port}" for port, name in enumerate(MEMBERS, start=first))
    write_private(here.server / FILE, f'address = "{address}"\ntick_seconds = {TICK_SECONDS}\ndesks = "{desks}"\n'.encode())
    return ServerFile(1, log_key(_settings(here)).public.text, (address,))


def _make_member(here: Demonstration, name: str) -> MemberFile:
    vault = create_vault(here.vault(name), here.passphrases[name], Stretch())
    public = become_member(vault, name)
    vault.close()
    return public


def _found_server(here: Demonstration, charter: bytes) -> None:
    settings = _settings(here)
    migrate(settings)
    store = open_store(settings)
    try:
        found(store, read(charter))
    finally:
        store.close()


def _settings(here: Demonstration) -> Settings:
    return read_settings({}, chosen={"data": str(here.server)})
