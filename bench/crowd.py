# SPDX-License-Identifier: AGPL-3.0-or-later
"""The long run: 10,000 supporters and a fifth as much junk beside them, from the sealed post to the wall, at a real server.

Every post is sealed and sent by HTTP, fetched and opened by two desks, ruled over by both and published in batches of 500.
It counts what was lost: an honest post that is not on the wall. It is measured once and only where it is named, because it
takes minutes. See bench/README.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import perf_counter, sleep

import msgspec

from bench.campaigns import Founded, pending_of
from bench.figures import Figure
from bench.processes import Watch, rss
from ombuds.core.encoding import decode, encode
from ombuds.core.keys import Id, hash_of, random_bytes, random_id
from ombuds.core.posts import read_post, seal_post, waits_of
from ombuds.core.wire_posts import NewPost, WallPage
from ombuds.desk.campaign.moderating import Decision, rule
from ombuds.desk.fetch import sync
from ombuds.desk.release.batch import propose_next
from ombuds.host.remote import connect

ROWS = ("crowd", "crowd.lost", "crowd.memory", "crowd.memory.later")
HONEST, JUNK = 10_000, 2_500
"""A fifth of all that comes is junk: insults that open, and bytes that do not."""
SENDERS = 4
BATCH = 500
SPAM = "Buy watches, says number {}."


class Crowd:
    """One run from nothing to a wall of ten thousand."""

    def __init__(self, folder: Path, honest: int = HONEST) -> None:
        self._here = Founded(folder / "crowd")
        self._honest, self._junk = honest, honest * JUNK // HONEST
        self._bad: set[Id] = set()

    def close(self) -> None:
        """Let go of the run."""
        self._here.close()

    def measure(self) -> Iterator[Figure]:
        """Send, moderate and publish, and count."""
        begin = perf_counter()
        with Watch(self._here.server.tree()) as watch:
            self._send()
            sent = perf_counter()
            self._fetch()
            fetched = perf_counter()
            self._moderate()
            ruled, half = perf_counter(), rss(self._here.server.tree())
            self._publish()
        ended = perf_counter()
        parts = {"sent s": sent - begin, "fetched s": fetched - sent, "ruled s": ruled - fetched, "published s": ended - ruled}
        yield Figure("crowd", ended - begin, {**parts, "posts/s sent": (self._honest + self._junk) / (sent - begin)})
        yield Figure("crowd.lost", float(self._honest - len(self._read())), {"wall": float(self._here.number())})
        yield Figure("crowd.memory", watch.growth, {"before MB": watch.first})
        yield Figure("crowd.memory.later", rss(self._here.server.tree()) - half)

    def _send(self) -> None:
        every = range(self._honest + self._junk)
        # Junk comes among the others, not after them.
        with ThreadPoolExecutor(SENDERS) as pool:
            list(pool.map(self._sends, (every[start::SENDERS] for start in range(SENDERS))))

    def _sends(self, numbers: Sequence[int]) -> None:
        with connect(self._here.address) as browser:
            for number in numbers:
                self._one(browser.post("/api/reports", content=encode(self._post(number))).status_code)

    def _post(self, number: int) -> NewPost:
        found, share = self._here.campaign, (self._honest + self._junk) // max(1, self._junk)
        junk = number % share == 0 and number // share < self._junk
        pending = pending_of(found, self._here.desks[0], number, SPAM.format(number) if junk else f"Supporter {number} stands with him.")
        token = random_bytes(32)
        sealed = seal_post(msgspec.structs.replace(pending, withdraw=hash_of(token)), found.terms)
        if junk and number % 2:
            sealed = random_bytes(len(sealed))
        return NewPost(1, random_id(), found.id, waits_of(token), sealed)

    def _one(self, status: int) -> None:
        if status != 200:
            raise RuntimeError(f"a post was answered with {status}")

    def _fetch(self) -> None:
        # The server releases at each look of a demonstration: the last posts come with the next one.
        known = self._here.desks[0].vault.posts
        sleep(4)
        for _ in range(20):
            before = len(known.known(self._here.campaign.id))
            with ThreadPoolExecutor(2) as members:
                list(members.map(sync, self._here.desks[:2]))
            if before and len(known.known(self._here.campaign.id)) == before:
                return

    def _moderate(self) -> None:
        for desk in self._here.desks[:2]:
            lines = desk.vault.posts.lines(self._here.campaign.id, "waiting", limit=-1)
            spam = [line.post is None or line.post.sentence.startswith("Buy") for line in lines]
            rule(
                desk,
                self._here.campaign.id,
                [Decision(line.id, "reject", "advertising") if bad else Decision(line.id, "accept") for line, bad in zip(lines, spam, strict=True)],
            )
        for desk in self._here.desks[:2]:
            sync(desk)

    def _publish(self) -> None:
        while self._here.desks[0].vault.posts.lines(self._here.campaign.id, "accepted", limit=1):
            self._here.publish(propose_next(self._here.desks[0], self._here.campaign.id))
            for desk in self._here.desks[:2]:
                sync(desk)

    def _read(self) -> set[str]:
        """The different honest sentences that everybody reads on the wall."""
        found, terms = set[str](), self._here.campaign.terms
        for version in range(1, -(-self._honest // BATCH) + 1):
            for first in range(0, BATCH, 60):
                answer = self._here.reader.get(f"/api/walls/{terms.wall}/{version}?from={first}")
                posts = decode(answer.content, WallPage).posts if answer.status_code == 200 else ()
                found |= {read_post(each.content).sentence for each in posts if each is not None}
        return {each for each in found if each.startswith("Supporter")}
