# SPDX-License-Identifier: AGPL-3.0-or-later
"""A campaign at a running server: a batch of 500 published by two real desks, its wall read by many, and long lists to moderate.

Server and vaults get posts that count as accepted or as waiting without the way there, which crowd.py measures; publishing and
every page are the real ones. It is founded once, as a demonstration is, and published to in every round.
"""

from __future__ import annotations

import gzip
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from time import perf_counter

import msgspec
from starlette.testclient import TestClient

from bench.desks import MILLI, times_of
from bench.figures import Figure, percentile
from bench.load import get_rate
from bench.processes import HERE, Running, free_port, running
from ombuds.cli.demo_founding import MEMBERS, found_or_continue
from ombuds.cli.demo_telling import desks_of
from ombuds.cli.demo_texts import campaign_piece
from ombuds.core.age import Identity
from ombuds.core.errors import OrderWrong
from ombuds.core.keys import Id, hash_of, random_bytes, random_id
from ombuds.core.posts import Pending, Post
from ombuds.core.wire_posts import NewPost
from ombuds.desk.app import build
from ombuds.desk.campaign.campaigns import Campaign, campaign, campaigns, keep_moderation, wall
from ombuds.desk.fetch import sync
from ombuds.desk.pages.room import Frame
from ombuds.desk.parts import Desk
from ombuds.desk.release.approving import approve
from ombuds.desk.release.batch import propose_next
from ombuds.desk.release.prepare import propose_campaign
from ombuds.host.clock import today
from ombuds.host.remote import Client, connect
from ombuds.server.config import read_settings
from ombuds.server.store import posts
from ombuds.server.store.db import open_store

ROWS = ("campaign.batch", "campaign.wall", "campaign.wall.weight", "campaign.list", "campaign.list.growth", "campaign.query")
BATCH = 500
FEW, MANY = 100, 10_000
NOWHERE = "http://127.0.0.1:9"
TOKEN = "0" * 32
PORT = 8001


class Founded:
    """A server and three desks with a public campaign; the desks look at the server when they are told to."""

    def __init__(self, folder: Path) -> None:
        self._open = ExitStack()
        port = free_port()
        self.address = f"http://{HERE}:{port}"
        here = found_or_continue(folder, self.address, lambda _line: None)
        command = [sys.executable, "-m", "ombuds", "server", "run", "--data", str(here.server), "--port", str(port)]
        self.server: Running = self._open.enter_context(running(command, {}, port, "/en/"))
        self._store = open_store(read_settings({}, chosen={"data": str(here.server)}))
        self._open.callback(self._store.close)
        desks = self._open.enter_context(desks_of(here))
        self.desks: tuple[Desk, ...] = tuple(desks[name] for name in MEMBERS)
        self.reader: Client = self._open.enter_context(connect(self.address))
        for desk in self.desks * 2:
            sync(desk)
        self.campaign = self._begin()

    def close(self) -> None:
        """Close the desks and end the server."""
        self._open.close()

    def publish(self, proposal: str) -> None:
        """Let the second member sign what the first one proposed, and the first one send it; a batch's hour is run by hand. Raises what does not hold."""
        one, other, _ = self.desks
        sync(other)
        approve(other, proposal)
        troubles = [each.error for each in sync(one).troubles]
        if troubles:
            raise troubles[0]
        one.remote.run_slot()
        sync(one)

    def lists(self, names: Sequence[Id]) -> None:
        """Let the server list posts of these names as released; what it would hand out is not asked for."""
        day = today()
        with self._store.write() as connection:
            for name in names:
                posts.add(connection, NewPost(1, name, self.campaign.id, hash_of(name.encode()), b""), random_id(), 0, day)
            posts.release(connection)

    def number(self, place: int = 0) -> int:
        """How many posts a desk counts on the wall."""
        return len(wall(self.desks[place], self.campaign).posts)

    def _begin(self) -> Campaign:
        desk, identity, content = self.desks[0], Identity.generate(), campaign_piece(today()).content
        keep_moderation(desk, identity)
        if content.terms is None:
            raise OrderWrong("a campaign without terms")
        terms = msgspec.structs.replace(content.terms, wall=random_id(), recipient=identity.recipient.text)
        self.publish(propose_campaign(desk, msgspec.structs.replace(content, campaign=terms)))
        for each in self.desks:
            sync(each)
        return campaign(desk, campaigns(desk)[0].subject)


def pending_of(found: Campaign, desk: Desk, number: int, sentence: str = "") -> Pending:
    """One supporter's post with a drawn badge."""
    said = sentence or f"I serve, and I stand with him, says number {number}."
    post = Post(1, found.id, 1, "badge", ("en", "ru", "ar")[number % 3], said, number % len(found.terms.ranks), number % 48)
    return Pending(1, desk.instance_id, "browser", post, hash_of(random_bytes(32)), number % len(found.terms.regions))


class Campaigns:
    """One campaign that is kept over the rounds and grows by a batch in each."""

    def __init__(self, folder: Path) -> None:
        self._here = Founded(folder / "campaigns")
        self._open = ExitStack()
        self._path = f"/campaigns/{self._here.campaign.id}/posts"
        self._screens = self._app()
        self._waits(0, FEW)
        self._few = times_of(self._screens, self._path, 2)[0]
        self._waits(FEW, MANY)

    def close(self) -> None:
        """Let go of the campaign."""
        self._open.close()
        self._here.close()

    def measure(self, seconds: float) -> Iterator[Figure]:
        """Publish a batch, read the wall as fast as it is answered, and turn the pages of the moderators' list."""
        yield self._batch()
        yield from self._wall(seconds)
        many, size = times_of(self._screens, self._path, seconds)
        if self._here.desks[2].vault.posts.counts(self._here.campaign.id)["mine to do"] < MANY:
            raise RuntimeError("the list is not as long as it is said to be")
        yield Figure("campaign.list", percentile(many, 0.95) * MILLI, {"p50 ms": percentile(many, 0.5) * MILLI, "page KB": size / 1000})
        yield Figure("campaign.list.growth", percentile(many, 0.5) / percentile(self._few, 0.5))
        yield self._query(seconds / 3)

    def _batch(self) -> Figure:
        before = self._here.number()
        names = [random_id() for _ in range(BATCH)]
        self._here.lists(names)
        for desk in self._here.desks[:2]:
            with desk.vault.together():
                for number, name in enumerate(names):
                    desk.vault.posts.keep(name, hash_of(name.encode()), self._posts(number, name))
                    desk.vault.posts.set_state(self._here.campaign.id, name, "accepted")
        begin = perf_counter()
        proposal = propose_next(self._here.desks[0], self._here.campaign.id)
        proposed = perf_counter() - begin
        self._here.publish(proposal)
        took = perf_counter() - begin
        if self._here.number() != before + BATCH:
            raise RuntimeError("the batch is not public")
        return Figure("campaign.batch", took, {"to propose s": proposed})

    def _posts(self, number: int, name: Id) -> Pending:
        # Both desks are to hold the same bytes; no receipt stands on the wall twice.
        made = pending_of(self._here.campaign, self._here.desks[0], number)
        return msgspec.structs.replace(made, withdraw=hash_of(b"takes back " + name.encode()))

    def _wall(self, seconds: float) -> Iterator[Figure]:
        # The oldest page, because it is full: sixty posts.
        path = f"/en/campaigns/{self._here.campaign.id}/wall?page=1"
        content = self._here.reader.get(path).content
        rate, beside = get_rate(self._here.server, path, seconds)
        home, _ = get_rate(self._here.server, "/en/", seconds)
        yield Figure("campaign.wall", rate, {**beside, "home page of this server": home})
        yield Figure("campaign.wall.weight", len(gzip.compress(content)) / 1000, {"unpacked KB": len(content) / 1000})

    def _query(self, seconds: float) -> Figure:
        box, found, after, times = self._here.desks[2].vault.posts, self._here.campaign.id, "", list[float]()
        until = perf_counter() + seconds
        while (begin := perf_counter()) < until:
            page: Sequence[tuple[object, ...]] = box.for_me(found, after)
            times.append(perf_counter() - begin)
            after = str(page[-1][0]) if page else ""
        return Figure("campaign.query", percentile(times, 0.95) * MILLI, {"p50 ms": percentile(times, 0.5) * MILLI})

    def _waits(self, first: int, until: int) -> None:
        desk = self._here.desks[2]
        with desk.vault.together():
            for number in range(first, until):
                desk.vault.posts.keep(random_id(), hash_of(b"%d" % number), pending_of(self._here.campaign, desk, number))

    def _app(self) -> TestClient:
        desk = self._here.desks[2]
        # It reaches no server: a look at one that lists none of these posts would take them away.
        desk.remote.address = NOWHERE
        frame = Frame(PORT, perf_counter, lambda _passphrase: desk)
        client = self._open.enter_context(TestClient(build(desk, TOKEN, frame), base_url=f"http://127.0.0.1:{PORT}"))
        client.get(f"/enter?token={TOKEN}", follow_redirects=False)
        return client
