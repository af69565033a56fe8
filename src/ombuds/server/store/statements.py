# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which versions of a campaign changed what posts join in, read from its texts once for each new version and kept in memory.

A campaign with a hundred named supporters has a hundred versions; no visit to its form should read them all. It writes
nothing. See spec/campaign.md.
"""

from __future__ import annotations

from sqlalchemy import Connection, select

from ombuds.core.content import read_content
from ombuds.core.encoding import decode
from ombuds.core.errors import NotHere
from ombuds.core.keys import Id
from ombuds.core.publication import Salted
from ombuds.core.terms import statements
from ombuds.server.store.schema import contents


class Statements:
    """The versions of each campaign that changed its statement, as far as they were asked for."""

    def __init__(self) -> None:
        self._seen: dict[Id, tuple[int, tuple[int, ...]]] = {}

    def of(self, connection: Connection, campaign: Id, version: int) -> tuple[int, ...]:
        """Return these versions of a campaign whose latest is ``version``. Raises NotHere for one whose texts are gone."""
        seen = self._seen.get(campaign)
        if seen is None or seen[0] != version:
            seen = self._seen[campaign] = version, statements_of(connection, campaign, version)
        return seen[1]


def statements_of(connection: Connection, campaign: Id, version: int) -> tuple[int, ...]:
    """Return the versions of a campaign up to this one that changed what posts join in. Raises NotHere for one whose texts are gone."""
    some = select(contents.c.version, contents.c.salted).where(contents.c.subject == campaign, contents.c.version <= version)
    rows = connection.execute(some.order_by(contents.c.version))
    read = ((row.version, read_content(decode(row.salted, Salted).content).terms) for row in rows)
    found = statements((number, terms) for number, terms in read if terms is not None)
    if not found:
        raise NotHere("there is no such campaign")
    return found
