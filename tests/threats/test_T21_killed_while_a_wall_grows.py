# SPDX-License-Identifier: AGPL-3.0-or-later
"""T21: a real server is killed while posts of a campaign come in, while their batch is handed in, while it waits, and while its hour comes."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from time import monotonic

import httpx2
import msgspec
import pytest

from ombuds.core.encoding import decode, encode
from ombuds.core.errors import RemoteSilent
from ombuds.core.keys import Hash, Id, hash_of, random_bytes, random_id
from ombuds.core.posts import Pending, Post, seal_post, waits_of
from ombuds.core.wire_posts import NewPost, WallPage
from ombuds.desk.campaign.campaigns import campaign, wall
from ombuds.desk.campaign.incoming import spoilt
from ombuds.desk.release.approving import approve
from ombuds.desk.release.batch import hand_in, propose_next
from ombuds.desk.release.judging import read_enclosure
from ombuds.mirror.check import check
from ombuds.mirror.copy import copy
from ombuds.server.campaign.slots import run_by_hand
from tests.desk.campaigns import Running, begin
from tests.desk.desks import NAMES
from tests.threats.served import Served, serving
from tests.world import founded

# Seconds from the beginning of the work to the kill.
SENDING = (0.02, 0.05, 0.1, 0.2, 0.5, 1.2)
PUBLISHING = (0.04, 0.07, 0.1, 0.14, 0.18, 0.23, 0.3)
# A part of the time that the hour takes by itself: before it has written anything.
HOUR = (0.3,)
# Then at its first transaction that wrote, again and again: the lease's is one, and a batch that took two would be seen by half.
WRITES = (1, 1, 1)
MANY = 60


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    """A campaign of a desk that was founded on the real day, which a real server program reads by itself."""
    day = datetime.now(UTC).date()
    with founded(tmp_path, day) as world:
        yield begin(world, begins=day - timedelta(days=1), ends=day + timedelta(days=30))


def sends_until_dead(served: Served, running: Running) -> dict[Id, Pending]:
    """Send posts until the server is gone, and return those that it thanked for."""
    thanked: dict[Id, Pending] = {}
    with suppress(httpx2.HTTPError), httpx2.Client(base_url=served.address, timeout=20, trust_env=False) as client:
        while True:
            post = Post(1, running.id, 1, "badge", "en", f"I stand with him, says {random_id()}.", badge=len(thanked) % 48)
            token = random_bytes(32)
            pending = Pending(1, running.world["anna"].instance_id, "browser", post, hash_of(token))
            new = NewPost(1, random_id(), running.id, waits_of(token), seal_post(pending, running.terms))
            if client.post("/api/reports", content=encode(new)).status_code == 200:
                thanked[new.id] = pending
    return thanked


def approved(running: Running) -> Hash:
    """A batch that two members signed and that no desk has sent yet."""
    running.accepts(running.posts(MANY))
    proposal = propose_next(running.world["anna"], running.id)
    running.world.sync("boris")
    approve(running.world["boris"], proposal)
    return proposal


def shown(served: Served, running: Running) -> list[int]:
    """How many posts each page of the first batch shows to everybody; none while there is no such batch."""
    pages = []
    with httpx2.Client(base_url=served.address, timeout=20, trust_env=False) as client:
        for first in range(0, MANY, 60):
            answer = client.get(f"/api/walls/{running.terms.wall}/1?from={first}")
            if answer.status_code != 404:
                pages.append(sum(each is not None for each in decode(answer.content, WallPage).posts))
    return pages


def counted(running: Running) -> list[tuple[int, int]]:
    """The batches and the posts that each desk counts."""
    found = [wall(running.world[name], campaign(running.world[name], running.id)) for name in NAMES]
    return [(each.version, len(each.posts)) for each in found]


def test_every_post_that_was_thanked_for_reaches_the_desks(running: Running) -> None:
    """After kills at many moments, each post that was thanked for is there and opens as it was sealed, and none came by half."""
    thanked: dict[Id, Pending] = {}
    for moment in SENDING:
        with serving(running.world) as served, served.killed_after(moment):
            thanked |= sends_until_dead(served, running)
    with serving(running.world):
        running.world.release()
        running.world.sync()
    posts = running.world["anna"].vault.posts
    assert thanked
    assert {name: msgspec.to_builtins(posts.pending(running.id, name)) for name in thanked} == {
        name: msgspec.to_builtins(pending) for name, pending in thanked.items()
    }
    assert spoilt(running.world["anna"], running.id) == 0


def test_posts_that_were_handed_in_wait_for_their_batch(running: Running) -> None:
    """Killed between handing posts in and the batch, the server shows nothing; the next look hands all of it in, and its hour shows it once."""
    proposal = approved(running)
    anna = running.world["anna"]
    with serving(running.world) as served:
        hand_in(anna, read_enclosure(anna, anna.vault.proposal(proposal).seen))
        served.kill()
    with serving(running.world) as served:
        before = shown(served, running)
        running.world.sync()
        handed_in = shown(served, running)
        run_by_hand(running.world.parts)
        running.world.sync()
        after = shown(served, running)
        assert (before, handed_in, after, counted(running)) == ([], [], [MANY], [(1, MANY)] * 3)


def broken_off(running: Running, moment: float) -> tuple[bool, list[int]]:
    """Let Anna's desk hand a batch in until the server is killed; say whether that broke her work off, and what everybody saw before."""
    with serving(running.world) as served:
        before = shown(served, running)
        with served.killed_after(moment):
            try:
                running.world.sync("anna")
            except RemoteSilent:
                return True, before
    return False, before


def hour_comes(running: Running, moment: float | None = None) -> bool:
    """Let the hour come in a process of its own that is killed some moment after its start; say whether it was done before."""
    command = [sys.executable, "-m", "ombuds", "server", "tick", "--data", str(running.world.parts.settings.folder), "--force"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        with suppress(subprocess.TimeoutExpired):
            return process.wait(moment) == 0
        process.kill()
    return False


def hour_writes(running: Running, writes: int) -> bool:
    """Let the hour come in a process of its own that is killed as soon as it has written so often; say whether it was done before."""
    folder = running.world.parts.settings.folder
    command = [sys.executable, "-m", "ombuds", "server", "tick", "--data", str(folder), "--force"]
    before = frames(folder)
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        while writes and process.poll() is None:
            now = frames(folder)
            writes -= now > before
            before = now
        done = process.poll() == 0
        process.kill()
    return done


def frames(folder: Path) -> int:
    """How many pages the database's write-ahead log holds, as its index says: it grows with each transaction that wrote."""
    index = folder / "ombuds.db-shm"
    return int.from_bytes(index.read_bytes()[16:20], sys.byteorder) if index.exists() else 0


def test_a_batch_that_was_thanked_for_is_there_after_a_kill(running: Running) -> None:
    """Killed in the moment in which it has taken a batch, the server still has it when it comes back, and lets it leave at its hour."""
    proposal = approved(running)
    with serving(running.world) as served:
        running.world.sync("anna")
        served.kill()
    with serving(running.world) as served:
        waiting = [each.proposal for each in running.world["vera"].remote.leaving().batches]
        run_by_hand(running.world.parts)
        assert (waiting, shown(served, running)) == ([proposal], [MANY])


def test_a_batch_is_whole_or_not_at_all(running: Running, tmp_path: Path) -> None:
    """After kills at many moments of handing in and of its hour, everybody saw the whole batch or nothing of it, and it stands in the ledger once."""
    begun = monotonic()
    hour_comes(running)  # nothing waits yet: how long such a process takes by itself
    usual = monotonic() - begun
    approved(running)
    handing = [broken_off(running, moment) for moment in PUBLISHING]
    with serving(running.world):
        running.world.sync("anna")
    coming = list[tuple[bool, list[int]]]()
    kills = [partial(hour_comes, running, usual * part) for part in HOUR] + [partial(hour_writes, running, writes) for writes in WRITES]
    for kill in kills:
        done = kill()
        with serving(running.world) as served:
            coming.append((done, shown(served, running)))
    hour_comes(running)
    with serving(running.world) as served:
        running.world.sync()
        last = shown(served, running)
        with httpx2.Client(base_url=served.address, timeout=20, trust_env=False) as client:
            copy(client, tmp_path / "copy")
        desks = counted(running)
    (copied,) = check(tmp_path / "copy").walls
    assert any(broken for broken, _ in handing) and not all(done for done, _ in coming)
    assert all(pages == [] for _, pages in handing)
    assert all(pages in ([], [MANY]) for _, pages in coming) and all(pages == [MANY] for done, pages in coming if done)
    assert (last, desks, len(copied.wall.posts), copied.posts) == ([MANY], [(1, MANY)] * 3, MANY, MANY)
