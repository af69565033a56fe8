# SPDX-License-Identifier: AGPL-3.0-or-later
"""A campaign's wall in a copy: brought from a real server, counted anew, and every planted, padded or changed post named (T18, T26)."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from ombuds.cli.verify import copy_lines
from ombuds.core.encoding import decode, encode
from ombuds.core.errors import ContentChanged
from ombuds.core.publication import Salted
from ombuds.mirror.check import check
from ombuds.mirror.copy import Copied, copy
from ombuds.mirror.page import check_saved
from ombuds.pages.render import Renderer
from ombuds.server.campaign.keeping import take_back
from tests.server.acts import publish, takedown
from tests.server.campaigns import Campaign


def copied(campaign: Campaign, place: Path) -> Copied:
    """Bring a copy up to date."""
    with campaign.here.client() as client:
        return copy(client, place / "copy")


def posts(place: Path) -> list[Path]:
    """The posts that lie in a copy."""
    return sorted((place / "copy" / "wall").glob("*.json"))


def test_a_wall_is_copied_and_counted(campaign: Campaign, tmp_path: Path) -> None:
    """A copy brings every post of a wall, and the check counts them from the batches."""
    brought = copied(campaign, tmp_path).posts
    (wall,) = check(tmp_path / "copy").walls
    assert (brought, len(wall.wall.posts), wall.posts) == (20, 20, 20)


def test_a_copy_brings_what_is_new(campaign: Campaign, tmp_path: Path) -> None:
    """The next run brings the next batch alone."""
    copied(campaign, tmp_path)
    campaign.leaves(campaign.join(25))
    assert copied(campaign, tmp_path).posts == 25


def test_a_withdrawn_post_goes_from_the_copy(campaign: Campaign, tmp_path: Path) -> None:
    """After the batch that counts a withdrawal the post is destroyed in the copy, too."""
    copied(campaign, tmp_path)
    token = campaign.sent[4].token
    take_back(campaign.here.parts, token)
    campaign.leaves([], withdrawn=(token,))
    copied(campaign, tmp_path)
    (wall,) = check(tmp_path / "copy").walls
    assert (len(posts(tmp_path)), len(wall.wall.posts), wall.wall.withdrawn) == (19, 19, 1)


def test_a_hidden_post_does_not_spoil_a_copy(campaign: Campaign, tmp_path: Path) -> None:
    """A post that was taken back and is not counted yet is missing, and the check says so."""
    take_back(campaign.here.parts, campaign.sent[4].token)
    copied(campaign, tmp_path)
    assert "19 in this copy with 0 pictures, exactly as the members signed; 1 are not in it" in "\n".join(copy_lines(check(tmp_path / "copy"), False))


def test_a_changed_post_is_named(campaign: Campaign, tmp_path: Path) -> None:
    """One word of one sentence that was changed in a copy is found."""
    copied(campaign, tmp_path)
    path = posts(tmp_path)[0]
    file = decode(path.read_bytes(), Salted)
    path.write_bytes(encode(msgspec.structs.replace(file, content=file.content.replace(b"stand", b"stood"))))
    with pytest.raises(ContentChanged):
        check(tmp_path / "copy")


def test_a_post_in_anothers_place_is_named(campaign: Campaign, tmp_path: Path) -> None:
    """A post under the name of another is found."""
    copied(campaign, tmp_path)
    first, second, *_ = posts(tmp_path)
    second.write_bytes(first.read_bytes())
    with pytest.raises(ContentChanged):
        check(tmp_path / "copy")


def test_the_number_needs_no_posts(campaign: Campaign, tmp_path: Path) -> None:
    """Whoever has the ledger alone counts the same number."""
    copied(campaign, tmp_path)
    for path in posts(tmp_path):
        path.unlink()
    (wall,) = check(tmp_path / "copy").walls
    assert (len(wall.wall.posts), wall.posts) == (20, 0)


def test_verify_says_how_it_counted(campaign: Campaign, tmp_path: Path) -> None:
    """The lines of verify name the number, the batches and what the members counted themselves."""
    copied(campaign, tmp_path)
    lines = copy_lines(check(tmp_path / "copy"), False)
    assert "campaign: Free Orlov, posts on its wall: 20, from batches: 1" in lines


@pytest.mark.parametrize("language", ["en", "ru"])
def test_a_campaigns_page_is_verified(campaign: Campaign, tmp_path: Path, language: str) -> None:
    """A saved page of a campaign shows the signed text word for word, whatever its wall shows."""
    with campaign.here.client() as client:
        page, proof = client.get(f"/{language}/campaigns/{campaign.id}"), client.get(f"/stories/{campaign.id}.proof")
    (tmp_path / "page.html").write_bytes(page.content)
    (tmp_path / f"{campaign.id}.proof").write_bytes(proof.content)
    assert check_saved(tmp_path / "page.html", Renderer()).language == language


def test_a_campaign_that_is_taken_down_leaves_the_copy(campaign: Campaign, tmp_path: Path) -> None:
    """After a takedown of the campaign its posts are destroyed in the copy."""
    copied(campaign, tmp_path)
    publish(campaign.here, takedown(campaign.here, campaign.id))
    copied(campaign, tmp_path)
    assert posts(tmp_path) == []
