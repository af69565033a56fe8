# SPDX-License-Identifier: AGPL-3.0-or-later
"""The screens of a desk with many cases: the list, and a search, through the whole application in this process.

The vault is a real encrypted one; only its passphrase is cheap to check, for that is not what is measured here.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from starlette.testclient import TestClient

from bench.figures import Figure, percentile
from bench.founding import NAMES, Founded
from ombuds.core.age import Identity
from ombuds.core.case import EVENT_TYPE, Case, Line, write_event
from ombuds.core.encoding import encode
from ombuds.core.envelope import Envelope, sign
from ombuds.core.keys import hash_of, random_id
from ombuds.core.record import Record
from ombuds.desk.app import build
from ombuds.desk.kept import Matter, Me, Pin
from ombuds.desk.pages.room import Frame
from ombuds.desk.parts import open_desk
from ombuds.desk.slotbox import Slot
from ombuds.desk.vault import Vault, create_vault
from ombuds.desk.vaultfile import Stretch
from ombuds.host.remote import connect

ROWS = ("desk.list", "desk.list.growth", "desk.search")
FEW, MANY = 1_000, 10_000
CHEAP = Stretch(memory=64, passes=1, lanes=1)
PORT, TOKEN = 8001, "0" * 32
ADDRESS = f"http://127.0.0.1:{PORT}"
MILLI = 1000
WORDS = ("shift", "order", "leave", "report", "рапорт", "отпуск", "приказ", "дежурство") * 12


class Lists:
    """Two desks, with few and with many cases, made once and asked every round."""

    def __init__(self, desk: Founded, folder: Path) -> None:
        self._open = ExitStack()
        self._few, self._many = (self._screens(desk, folder, count) for count in (FEW, MANY))

    def measure(self, seconds: float) -> Iterator[Figure]:
        """Measure the list of both, and a search in the many."""
        few, _ = times_of(self._few, "/cases", seconds / 3)
        many, size = times_of(self._many, "/cases", seconds / 3)
        yield Figure("desk.list", percentile(many, 0.95) * MILLI, {"p50 ms": percentile(many, 0.5) * MILLI, "page KB": size / 1000})
        yield Figure("desk.list.growth", percentile(many, 0.5) / percentile(few, 0.5))
        # The oldest case: a search that looks at the newest ones alone does not find it.
        path = f"/search?query=called+numbers+{MANY - 1}"
        found, _ = times_of(self._many, path, seconds / 6)
        shown = f"<mark>{MANY - 1}</mark>" in self._many.get(path).text
        # Every case fits: a full page of them is shown.
        found += times_of(self._many, "/search?query=overtime+rest*", seconds / 6)[0]
        yield Figure("desk.search", percentile(found, 0.95) * MILLI, {"p50 ms": percentile(found, 0.5) * MILLI, "finds the oldest": float(shown)})

    def close(self) -> None:
        """Lock both desks and delete them."""
        self._open.close()

    def _screens(self, desk: Founded, folder: Path, count: int) -> TestClient:
        place = self._open.enter_context(TemporaryDirectory(dir=folder))
        vault = create_vault(Path(place) / "vault", "a cheap passphrase", CHEAP)
        _join(vault, desk)
        with vault.together():
            for number in range(count):
                matter = _matter(number, desk)
                vault.keep_matter(matter)
                event = _note(matter, number, desk)
                vault.slots.keep(matter.id, Slot(1, event.hash, event, None, 0))
        opened = open_desk(vault, self._open.enter_context(connect(ADDRESS)), lambda: desk.day)
        frame = Frame(PORT, perf_counter, lambda _passphrase: opened)
        client = self._open.enter_context(TestClient(build(opened, TOKEN, frame), base_url=ADDRESS))
        client.get(f"/enter?token={TOKEN}", follow_redirects=False)
        return client


def _join(vault: Vault, desk: Founded) -> None:
    record = Record(desk.charter.envelope.canonical())
    vault.keep_me(Me(1, NAMES[0], desk.keys[0].seed, Identity.generate().seed))
    vault.keep_leaves(0, [desk.charter.envelope.canonical()])
    vault.keep_pin(Pin(1, desk.charter.instance_id, ADDRESS, 1, desk.charter.hash, record.size, record.tree.root().hex()))


def _matter(number: int, desk: Founded) -> Matter:
    day: date = desk.day - timedelta(days=number // 10)
    card: Envelope = sign("application/json", encode("a card"), desk.keys[0])
    return Matter(1, random_id(), hash_of(b"%d" % number), 0, "open", f"Overtime that was called rest, number {number}", day, 1, 0, card)


def _note(matter: Matter, number: int, desk: Founded) -> Envelope:
    text = f"{matter.title}. " + " ".join(f"{word}{number % 97}" for word in WORDS) + f" Called the number {number}."
    return sign(EVENT_TYPE, encode(write_event(Case(matter.id), NAMES[0], "note", Line(text), matter.day)), desk.keys[0])


def times_of(client: TestClient, path: str, seconds: float) -> tuple[list[float], int]:
    """Ask a screen again and again, and return how long each answer took and how large the last one was."""
    times, size, until = [], 0, perf_counter() + seconds
    while (begin := perf_counter()) < until:
        answer = client.get(path)
        times.append(perf_counter() - begin)
        if answer.status_code != 200:
            raise RuntimeError(f"the desk answered with {answer.status_code}")
        size = len(answer.content)
    return times, size
