# SPDX-License-Identifier: AGPL-3.0-or-later
"""A real server killed while supporters join: whose post was thanked for is there and whole, and no post is there by half."""

from __future__ import annotations

import os
import re
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import httpx2
import pytest
from sqlalchemy import select

from ombuds.core.keys import hash_of, random_id
from ombuds.core.posts import open_post
from ombuds.server.store.db import Store, open_store
from ombuds.server.store.schema import posts
from tests.server.campaigns import MODERATION, Campaign, begin
from tests.server.institution import found
from tests.server.programs import HOST, running

SENDERS = 4
LATE = 2.0  # seconds after which somebody was surely thanked


def _join_until_dead(port: int, campaign: str) -> list[str]:
    """Join until the server is gone; return the nonces of those who were thanked."""
    thanked: list[str] = []
    with httpx2.Client(base_url=f"http://{HOST}:{port}", timeout=10) as client:
        while True:
            typed = {"nonce": random_id(), "version": "1", "kind": "badge", "shape": "1", "colour": "1", "sentence": "0"}
            try:
                page = client.post(f"/en/campaigns/{campaign}/join", data=typed, files={"photograph": ("", b"")})
            except httpx2.HTTPError:
                return thanked
            if page.status_code == 200 and re.search("<h1>You have joined</h1>", page.text):
                thanked.append(typed["nonce"])


def _opened(store: Store, campaign: Campaign) -> set[str]:
    """Open every post that is here; return their names. A post by half cannot be opened."""
    with store.read() as connection:
        rows = connection.execute(select(posts.c.id, posts.c.part)).all()
    for row in rows:
        open_post(b"".join(store.blobs.read(row.part)), MODERATION, campaign.here.charter.instance_id, campaign.content)
    return {row.id for row in rows}


@pytest.mark.parametrize("moment", [0.2, 0.6, 2.5])
def test_whoever_was_thanked_has_joined(tmp_path: Path, moment: float) -> None:
    """Killed at any moment, the server has every post that it thanked for, and each post that it has can be opened."""
    today = datetime.now(UTC).date()
    here = found(tmp_path / "server", today)
    campaign = begin(here, begins=today, ends=today, kinds=("badge",))
    here.parts.store.close()
    with running(here.folder) as (process, port), ThreadPoolExecutor(SENDERS) as pool:
        sending = [pool.submit(_join_until_dead, port, campaign.id) for _ in range(SENDERS)]
        time.sleep(moment)
        os.killpg(process.pid, signal.SIGKILL)
        thanked = {hash_of(b"ombuds post\x00" + nonce.encode())[:32] for each in sending for nonce in each.result()}
    store = open_store(here.parts.settings)
    assert (thanked or moment < LATE) and thanked <= _opened(store, campaign)
    store.close()
