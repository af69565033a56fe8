# SPDX-License-Identifier: AGPL-3.0-or-later
"""A real server killed in the middle of its work: what was thanked for is there and whole, and nothing is there by half."""

from __future__ import annotations

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import httpx2
import pytest
from sqlalchemy import select

from ombuds.core.attachments import Manifest
from ombuds.core.encoding import decode
from ombuds.core.keys import random_id
from ombuds.core.sealing import Sealed
from ombuds.server.intake.form import form_hash
from ombuds.server.store.db import Store, open_store
from ombuds.server.store.schema import forms, parts, reports, shares
from tests.server.institution import found
from tests.server.programs import running

SENDERS = 4
LATE = 1.0  # seconds after which some report was surely thanked for
FILE = bytes(3 * 1024 * 1024)


def _send_until_dead(port: int) -> list[str]:
    """Send reports until the server is gone; return the nonces of those that were thanked for."""
    thanked: list[str] = []
    with httpx2.Client(base_url=f"http://127.0.0.1:{port}", timeout=10) as client:
        while True:
            nonce = random_id()
            try:
                page = client.post("/en/report", data={"nonce": nonce, "what": "Text."}, files={"files": ("a.bin", FILE)})
            except httpx2.HTTPError:
                return thanked
            if page.status_code == 200 and "twelve words" in page.text:
                thanked.append(nonce)


def _broken(store: Store) -> list[str]:
    """Name the reports that are not whole: a share or a stored byte is missing."""
    broken = []
    with store.read() as connection:
        for name, row in connection.execute(select(reports.c.id, reports.c.sealed)).all():
            files: Manifest = decode(row, Sealed).manifest
            held = connection.execute(select(shares.c.member).where(shares.c.report == name)).scalars().all()
            owned = set(connection.execute(select(parts.c.id).where(parts.c.owner == name)).scalars())
            named = {part.id: part.size for file in files.files for part in file.parts}
            sizes = {part: store.blobs.size(part) for part in named}
            if len(held) != 3 or owned != set(named) or sizes != named:
                broken.append(name)
    return broken


@pytest.mark.parametrize("moment", [0.15, 0.4, 0.7, 2.0])
def test_what_was_thanked_for_survives(tmp_path: Path, moment: float) -> None:
    """Killed at any moment, the server has every report it thanked for, and no report by half."""
    here = found(tmp_path / "server", datetime.now(UTC).date())
    here.parts.store.close()
    with running(here.folder) as (process, port), ThreadPoolExecutor(SENDERS) as pool:
        sending = [pool.submit(_send_until_dead, port) for _ in range(SENDERS)]
        time.sleep(moment)
        os.killpg(process.pid, signal.SIGKILL)
        thanked = [form_hash(nonce) for each in sending for nonce in each.result()]
    store = open_store(here.parts.settings)
    with store.read() as connection:
        kept = set(connection.execute(select(forms.c.nonce).join(reports, reports.c.id == forms.c.report)).scalars())
    assert thanked or moment < LATE
    assert [nonce for nonce in thanked if nonce not in kept] == []
    assert _broken(store) == []
    store.close()
