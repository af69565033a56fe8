# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a source does with a browser that runs no scripts, and what the members would find in the store."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from itertools import count

from httpx2 import Response
from sqlalchemy import select
from starlette.testclient import TestClient

from ombuds.core.age import Identity, open_sealed
from ombuds.core.encoding import decode
from ombuds.core.sealing import Body, Sealed, Share
from ombuds.core.shamir import combine
from ombuds.server.site.ready import VOICES_SECONDS, Site
from ombuds.server.store.schema import reports, shares
from tests.server.institution import Institution

Upload = tuple[str, bytes]


@dataclass(frozen=True)
class Sent:
    """What the page of words gave."""

    words: tuple[str, ...]
    asked: tuple[int, ...]
    check: str
    nonce: str

    @property
    def line(self) -> str:
        """The words as they are typed."""
        return " ".join(self.words)


def looking_again(here: Institution) -> Site:
    """Finished pages of a server whose readers come so seldom that it counts anew for each of them."""
    return Site(here.parts, partial(next, count(VOICES_SECONDS, VOICES_SECONDS)))


def nonce_in(page: Response) -> str:
    """The nonce of the form on a page."""
    found = re.search(r'name="nonce" value="([0-9a-f]{32})"', page.text)
    assert found
    return found[1]


def post_report(browser: TestClient, fields: dict[str, str | list[str]], files: tuple[Upload, ...] = (), nonce: str = "") -> Response:
    """Fill the form in and send it."""
    named = nonce or nonce_in(browser.get("/en/report"))
    # An empty file field is sent by a browser as a file without a name; the test client always makes a form with files of it.
    chosen = [("files", file) for file in files] or [("other", ("", b""))]
    return browser.post("/en/report", data={"nonce": named, **fields}, files=chosen)


def sent_of(page: Response) -> Sent:
    """Read the page of words."""
    assert page.status_code == 200, page.text
    check = re.search(r'name="check" value="([^"]+)"', page.text)
    assert check
    asked = tuple(int(place) for place in re.findall(r'id="word_(\d+)"', page.text))
    return Sent(tuple(re.findall(r"<li>(\w+)</li>", page.text)), asked, check[1], nonce_in(page))


def confirm(browser: TestClient, sent: Sent, words: tuple[str, ...] | None = None) -> Response:
    """Type the two words that were asked."""
    typed = {f"word_{place}": (words or sent.words)[place - 1] for place in sent.asked}
    return browser.post("/en/report/confirm", data={"nonce": sent.nonce, "check": sent.check, **typed})


def stored(here: Institution) -> list[Sealed]:
    """Every report in the store, without shares."""
    with here.parts.store.read() as connection:
        return [decode(row, Sealed) for row in connection.execute(select(reports.c.sealed)).scalars()]


def opened(here: Institution, sealed: Sealed) -> tuple[Body, Identity]:
    """What the members would read, from the shares of two of them."""
    with here.parts.store.read() as connection:
        body = connection.execute(select(reports.c.body).where(reports.c.id == sealed.id)).scalar_one()
        rows = connection.execute(select(shares.c.member, shares.c.content).where(shares.c.report == sealed.id)).all()
    held = [decode(open_sealed(row.content, here.epochs[row.member]), Share) for row in rows]
    identity = Identity(combine([share.share for share in held[:2]]))
    return decode(open_sealed(body, identity), Body), identity


def only_body(here: Institution) -> Body:
    """What the members would read of the one report that is here."""
    (sealed,) = stored(here)
    return opened(here, sealed)[0]
