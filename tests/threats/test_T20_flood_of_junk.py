# SPDX-License-Identifier: AGPL-3.0-or-later
"""T20: nineteen of twenty requests are junk, on one address with the honest ones: every honest report is taken, whole, and no one is locked out.

A real server program, on this machine (where room is short, the application alone); how many a second it takes is measured in
bench/. What a flood from outside does to a line or to the machine's power is not tried here.
"""

from __future__ import annotations

import random
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import httpx2
import pytest
from sqlalchemy import func, select

from ombuds.core.effort import spend
from ombuds.core.keys import mac_of, random_bytes, random_id
from ombuds.core.words import new_entropy, to_words
from ombuds.host.clock import seconds
from ombuds.server.intake.form import form_hash
from ombuds.server.store.db import open_store
from ombuds.server.store.intake import report_of
from ombuds.server.store.schema import forms, parts, reports
from tests.server.institution import Institution, found
from tests.server.programs import running
from tests.server.sealers import Sealer
from tests.server.visits import post_report

HONEST, JUNK_EACH = 15, 19
SENDERS = 8
FILE = bytes(50_000)
ROOM = 500_000
Client = httpx2.Client


def _report(client: Client, what: str, nonce: str) -> httpx2.Response:
    return client.post("/en/report", data={"nonce": nonce, "what": what}, files={"files": ("a.bin", FILE)})


def _noise(client: Client) -> object:
    return client.post("/en/report", content=random_bytes(20_000), headers={"content-type": "multipart/form-data; boundary=x"})


def _junk_report(client: Client) -> object:
    return client.post("/en/report", data={"nonce": random_id(), "what": "buy now"}, files={"other": ("", b"")})


def _far_too_long(client: Client) -> object:
    return client.post("/en/report", data={"nonce": random_id(), "what": "x" * 400_000}, files={"other": ("", b"")})


def _many_fields(client: Client) -> object:
    return client.post("/en/inbox", content="&".join(f"a{number}=1" for number in range(5000)))


def _strange_words(client: Client) -> object:
    return client.post("/en/inbox", data={"words": " ".join(to_words(new_entropy(), "en"))})


def _nobody_s_part(client: Client) -> object:
    return client.put(f"/api/parts/{random_id()}", content=random_bytes(16_500))


def _false_sealed(client: Client) -> object:
    return client.post("/api/reports", content=b'{"v":1,"nonce":"' + random_id().encode() + b'","sealed":{}}')


def _broken_off(client: Client) -> object:
    with socket.create_connection((client.base_url.host, client.base_url.port or 80), 5) as line:
        line.sendall(b"POST /en/report HTTP/1.1\r\nhost: desk\r\ncontent-length: 1000000\r\n\r\nhalf")
    return None


KINDS: tuple[Callable[[Client], object], ...] = (
    _noise, _junk_report, _far_too_long, _many_fields, _strange_words, _nobody_s_part, _false_sealed, _broken_off,
)  # fmt: skip


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Institution]:
    """A desk founded on the real day, its store let go of for a server program of its own."""
    institution = found(tmp_path / "server", datetime.now(UTC).date())
    institution.parts.store.close()
    yield institution


def _flooded(address: str) -> tuple[list[str], list[str]]:
    """Send honest reports among nineteen times as much junk, in an order of chance; return the honest forms, and those that were thanked for."""
    chance, honest = random.Random(20), [random_id() for _ in range(HONEST)]
    work: list[str] = [*honest, *([""] * (HONEST * JUNK_EACH))]
    chance.shuffle(work)

    def send(nonce: str) -> str:
        with httpx2.Client(base_url=address, timeout=60) as client:
            if not nonce:
                chance.choice(KINDS)(client)
                return ""
            page = _report(client, f"honest {nonce}", nonce)
            return nonce if page.status_code == 200 and "twelve words" in page.text else ""

    with ThreadPoolExecutor(SENDERS) as pool:
        return honest, [nonce for nonce in pool.map(send, work) if nonce]


def test_every_honest_report_is_taken(here: Institution) -> None:
    """Among nineteen times as much junk from the same address every honest report is thanked for and stands in the store with its file."""
    with running(here.folder) as (_, port):
        honest, thanked = _flooded(f"http://127.0.0.1:{port}")
        after = httpx2.get(f"http://127.0.0.1:{port}/en/report").status_code
    store = open_store(here.parts.settings)
    with store.read() as connection:
        rows = connection.execute(select(forms.c.nonce, func.count(parts.c.id)).join(reports, reports.c.id == forms.c.report)
                                  .join(parts, parts.c.owner == reports.c.id).group_by(forms.c.nonce))  # fmt: skip
        kept: dict[str, int] = {nonce: count for nonce, count in rows}
    store.close()
    assert (sorted(thanked), after, [nonce for nonce in honest if not kept.get(form_hash(nonce))]) == (sorted(honest), 200, [])


def test_parts_of_nobody_are_bounded(here: Institution) -> None:
    """A flood of parts that no report names takes no more room than the setting says, and a report by the form is taken all the same."""
    (here.folder / "settings.toml").write_text("most_unowned_parts = 2\n")
    size, nonce = 1024 * 1024, random_id()
    with running(here.folder) as (_, port), httpx2.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
        codes = {client.put(f"/api/parts/{random_id()}", content=random_bytes(size)).status_code for _ in range(20)}
        page = _report(client, "honest", nonce)
    lying = sum(path.stat().st_size for path in (here.folder / "blobs").rglob("*") if path.is_file())
    assert (codes, "twelve words" in page.text, lying <= 2 * 4 * size + 2 * len(FILE) + size) == ({204}, True, True)


@dataclass
class _Crowd:
    """Who sends to a desk with little room: honest reports with work or from a form that was open a moment, and junk with neither."""

    here: Institution
    kept: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.browser = self.here.client()

    def seals(self) -> None:
        """Send a report that was sealed elsewhere and cost a moment's work."""
        sealer = Sealer(self.here, self.browser)
        sealed = sealer.sealed("honest")
        if sealer.send(sealed, effort=spend(sealed.id, sealed.manifest.hash)).status_code == 200:
            self.kept.append(sealed.id)

    def types(self) -> None:
        """Send the plain form a minute after it was opened."""
        nonce = random_id()
        began = f"{seconds() // 10 - 6}"
        mac = mac_of(self.here.parts.form_key, "\x00".join(("ombuds ticket", nonce, began)).encode()).hex()
        page = post_report(self.browser, {"what": "honest", "ticket": f"{began}-{mac}"}, nonce=nonce)
        if page.status_code == 200:
            with self.here.parts.store.read() as connection:
                self.kept.append(report_of(connection, form_hash(nonce)))

    def floods(self) -> None:
        """Send junk that was sealed elsewhere or typed into a form, as fast as it goes."""
        if random_id() < "8":
            Sealer(self.here, self.browser).send(Sealer(self.here, self.browser).sealed("buy now"))
        else:
            post_report(self.browser, {"what": "buy now"}, nonce=random_id())


def test_where_room_is_short_junk_goes(tmp_path: Path) -> None:
    """Among nineteen times as much junk without work, honest reports that worked or waited are all kept, in room for twenty."""
    here = found(tmp_path / "narrow", datetime.now(UTC).date(), most_report_bytes=ROOM)
    crowd, chance = _Crowd(here), random.Random(20)
    work = [*[crowd.seals] * 4, *[crowd.types] * 4, *[crowd.floods] * (8 * JUNK_EACH)]
    chance.shuffle(work)
    for each in work:
        each()
    with here.parts.store.read() as connection:
        left = dict(connection.execute(select(reports.c.id, reports.c.size)).all())
    here.parts.store.close()
    assert (len(crowd.kept), [one for one in crowd.kept if one not in left], sum(left.values()) <= ROOM) == (8, [], True)
