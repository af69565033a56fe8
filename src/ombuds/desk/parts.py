# SPDX-License-Identifier: AGPL-3.0-or-later
"""The parts of one open desk, put together once, and what every verb asks of them.

The record is rebuilt from the leaves in the vault, each checked again; it goes on only through chain.py. It fetches nothing
by itself. See spec/desk.md.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from ombuds.core.charter import InForce
from ombuds.core.custody import Action, Rule
from ombuds.core.errors import VaultDamaged
from ombuds.core.keys import Hash, SigningKey
from ombuds.core.record import Record
from ombuds.desk.kept import Me
from ombuds.desk.remote import Remote, Signer
from ombuds.desk.vault import Vault
from ombuds.host.clock import Clock
from ombuds.host.remote import Client


@dataclass
class Desk:
    """A member's open desk: memory, server, clock, and the record as this desk has checked it."""

    vault: Vault
    remote: Remote
    clock: Clock
    me: Me
    record: Record = field(repr=False)

    @property
    def today(self) -> date:
        """The day, in UTC."""
        return self.clock()

    @property
    def name(self) -> str:
        """The member's name in the charter."""
        return self.me.name

    @property
    def key(self) -> SigningKey:
        """The member's signing key."""
        return self.me.key

    @property
    def charter(self) -> InForce:
        """The charter in force."""
        return self.record.charter

    @property
    def instance_id(self) -> Hash:
        """Which desk this is."""
        return self.charter.instance_id

    @property
    def only_moderates(self) -> bool:
        """Whether the charter lets this member moderate and nothing else."""
        return any(member.name == self.name and set(member.roles) == {"moderate"} for member in self.charter.charter.members)

    def may(self, action: Action) -> bool:
        """Whether the charter names this member for an action."""
        return self.name in self.charter.charter.keys(action)

    def rule(self, action: Action) -> Rule:
        """What an action needs today."""
        return self.charter.rule(action, self.today)


def open_desk(vault: Vault, client: Client, clock: Clock) -> Desk:
    """Put a joined member's desk together. Raises NotHere before joining, VaultDamaged, and whatever the record's checks raise."""
    pin, me = vault.pin(), vault.me()
    record = _record(vault.leaves())
    if record.size != pin.size or record.tree.root().hex() != pin.root or record.charters[0].hash != pin.instance_id:
        raise VaultDamaged("the record is not the one that was kept")
    signer = Signer(pin.instance_id, me.name, me.key, clock)
    return Desk(vault, Remote(client, pin.address, signer), clock, me, record)


def _record(leaves: list[bytes]) -> Record:
    if not leaves:
        raise VaultDamaged("the record is missing")
    record = Record(leaves[0])
    for leaf in leaves[1:]:
        record.advance(leaf)
    return record
