# SPDX-License-Identifier: AGPL-3.0-or-later
"""The real server, copied and checked from outside: what it shows is what a mirror and a reader can prove (T18)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from ombuds.core.custody import approve
from ombuds.core.envelope import joined
from ombuds.core.publication import Basis, Content, describe, new_place, propose_entry, salted
from ombuds.mirror.check import check
from ombuds.mirror.copy import copy
from ombuds.mirror.page import check_saved
from ombuds.pages.render import Renderer
from ombuds.server.store import ledger
from tests.mirror.ledgers import text
from tests.server.institution import TODAY, Institution, found


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Institution]:
    """A desk of three, founded today."""
    institution = found(tmp_path / "server")
    yield institution
    institution.parts.store.close()


def _publish(here: Institution, content: Content) -> str:
    """Two members publish a text, and the server keeps it."""
    place = new_place()
    file = salted(place, content)
    said = describe(place, content, (file,), Basis("sources"), TODAY)
    proposal = propose_entry(here.charter.rule("publish", TODAY), place, (file,), said, TODAY + timedelta(days=7))
    leaf = joined(approve(proposal, key) for key in list(here.keys.values())[:2]).canonical()
    with here.parts.store.write() as connection:
        ledger.append(connection, here.parts.public.within(connection), leaf, (file,))
    here.parts.public.record(fresh=True)
    return place.subject


def test_a_real_server_is_copied(here: Institution, tmp_path: Path) -> None:
    """A copy of a real server has its entries and texts and holds together."""
    _publish(here, text())
    with here.client() as client:
        copy(client, tmp_path / "copy")
    assert (check(tmp_path / "copy").record.size, check(tmp_path / "copy").texts) == (3, 1)


def test_a_copy_of_a_real_server_grows(here: Institution, tmp_path: Path) -> None:
    """A copy of a real server takes up what was published since."""
    with here.client() as client:
        copy(client, tmp_path / "copy")
        _publish(here, text())
        assert copy(client, tmp_path / "copy").entries == 1


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("kind", ["story", "update"])
def test_a_real_page_is_verified(here: Institution, tmp_path: Path, kind: str, language: str) -> None:
    """A page and a proof saved from a real server hold, word for word."""
    subject = _publish(here, text(kind=kind))
    with here.client() as client:
        page, proof = client.get(f"/{language}/stories/{subject}"), client.get(f"/stories/{subject}.proof")
    (tmp_path / "page.html").write_bytes(page.content)
    (tmp_path / f"{subject}.proof").write_bytes(proof.content)
    assert check_saved(tmp_path / "page.html", Renderer()).language == language
