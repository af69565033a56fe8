# SPDX-License-Identifier: AGPL-3.0-or-later
"""One visit to a campaign's door: which campaign, which statement a post joins, in which language, and whether it takes posts. See spec/site.md."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from ombuds.core.charter import InForce
from ombuds.core.content import Content, Text
from ombuds.core.errors import NotHere
from ombuds.core.keys import Id
from ombuds.core.record import Record
from ombuds.core.said import Said
from ombuds.core.terms import Terms
from ombuds.pages.values import Shell
from ombuds.server.campaign.keeping import takes_posts
from ombuds.server.http.parts import Parts, address_of, language_of, parts_of, record_of, shell_of
from ombuds.server.store import walls


@dataclass(frozen=True)
class Asked:
    """A campaign as it is public now, the language of the page, and ``version``, since which its statement stands: posts name that one."""

    parts: Parts
    record: Record
    language: str
    campaign: Id
    version: int
    content: Content
    terms: Terms

    @property
    def charter(self) -> InForce:
        """The charter in force."""
        return self.record.charter

    @property
    def path(self) -> str:
        """The campaign's path without the language."""
        return f"/campaigns/{self.campaign}"

    @property
    def text(self) -> Text:
        """Its text in the page's language, or the first one."""
        return next((text for text in self.content.texts if text.language == self.language), self.content.texts[0])

    @property
    def is_open(self) -> bool:
        """Whether it takes posts today."""
        return takes_posts(self.content, self.parts.today)

    @property
    def shell(self) -> Shell:
        """What surrounds the page."""
        shell = shell_of(self.charter, self.language, f"{self.path}/join")
        return msgspec.structs.replace(shell, address=address_of(self.charter, self.parts.settings))

    def said(self, words: tuple[Said, ...]) -> Said:
        """Return what is said in the page's language, or in the first one. Raises NotHere for what is said in none."""
        found = next((each for each in words if each.language == self.language), next(iter(words), None))
        if found is None:
            raise NotHere
        return found


async def asked_of(request: Request) -> Asked:
    """Return which campaign is asked for. Raises NotHere for what is no campaign, or was taken down."""
    parts, language = parts_of(request), language_of(request)
    record = await record_of(parts)
    campaign = str(request.path_params["subject"])
    content, version = await run_in_threadpool(_public, parts, record, campaign)
    if content.terms is None:
        raise NotHere
    return Asked(parts, record, language, campaign, version, content, content.terms)


def _public(parts: Parts, record: Record, campaign: Id) -> tuple[Content, int]:
    with parts.store.read() as connection:
        content, version = walls.content_of(connection, record, campaign)
        return content, parts.statements.of(connection, campaign, version)[-1]
