# SPDX-License-Identifier: AGPL-3.0-or-later
"""Covering more of a photograph: members agree on squares, each desk makes the files itself, and the confirmed ones stay where nobody covers (T13, T26)."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image

from ombuds.core.encoding import encode
from ombuds.core.errors import EntryRefused, OrderWrong, RemoteRefused
from ombuds.core.keys import hash_of
from ombuds.core.pictures import shape_of
from ombuds.desk.campaign.campaigns import campaign
from ombuds.desk.campaign.covers import Made, covering, published
from ombuds.desk.campaign.moderating import claim
from ombuds.desk.release.approving import approve, asked
from ombuds.desk.release.batch import propose_next
from tests.desk.campaigns import Running, Supporter
from tests.media.corpus import halves, saved

LARGE, SMALL = saved(halves(1080, 720), "JPEG", quality=82), saved(halves(400, 267), "JPEG", quality=82)
SQUARES = (0, 1, 12)
BLACK, RED = (38, 38, 38), (200, 0, 0)


def _photo(running: Running, number: int = 0) -> list[Supporter]:
    return running.posts(1, first=number, kind="photo", large=LARGE, small=SMALL)


def _state(running: Running, sent: list[Supporter], member: str = "vera") -> str:
    return running.world[member].vault.posts.line(running.id, sent[0].id).state


def _to_do(running: Running, member: str) -> list[str]:
    return [line.id for line in running.world[member].vault.posts.for_me(running.id)]


def test_two_members_agree_on_squares(running: Running) -> None:
    """A photograph that two members accept with the same squares is accepted, with others it waits."""
    sent = _photo(running)
    running.covers("anna", sent, *SQUARES)
    running.covers("boris", sent, 0, 1)
    before = _state(running, sent)
    running.covers("boris", sent, *SQUARES)
    assert (before, _state(running, sent)) == ("waiting", "accepted")


def test_who_accepted_without_squares_is_asked_again(running: Running) -> None:
    """Where a later member covers more, the post waits once more for whoever accepted it as it was."""
    sent = _photo(running)
    running.rules("anna", sent)
    running.covers("boris", sent, *SQUARES)
    assert (_to_do(running, "anna"), _to_do(running, "boris")) == ([sent[0].id], [])


def test_who_is_asked_again_cannot_call_it_their_own(running: Running) -> None:
    """A post over which a member ruled is not claimed, also while it waits for them once more."""
    sent = _photo(running)
    running.rules("anna", sent)
    running.covers("boris", sent, *SQUARES)
    with pytest.raises(OrderWrong):
        claim(running.world["anna"], running.id, sent[0].id)


@pytest.mark.parametrize("kind", ["badge", "photo"])
def test_only_squares_of_a_photograph_are_covered(running: Running, kind: str) -> None:
    """A drawn badge has no squares, and a wide photograph none of the lowest rows."""
    sent = running.posts(1) if kind == "badge" else _photo(running)
    with pytest.raises(OrderWrong):
        running.rules("anna", sent, squares=(12 * 8,) if kind == "photo" else (0,))


def test_a_covered_picture_is_black_where_it_was_covered(running: Running) -> None:
    """The squares are one colour in the large file and in the small one, and the rest shows what it showed."""
    (one,) = _photo(running)
    with covering(running.world["anna"]) as lent:
        post, files = lent.covered(running.id, one.id, SQUARES)
    large, small = (Image.open(BytesIO(each)).convert("RGB") for each in files)
    dark = [sum(image.getpixel(at)) for image, at in ((large, (5, 5)), (large, (170, 80)), (small, (5, 5)), (small, (20, 40)))]  # type: ignore[arg-type]
    shown = shape_of(files[0])
    assert max(dark) < 150 < sum(large.getpixel((400, 300)))  # type: ignore[arg-type]
    assert post.picture is not None and (shown.width, shown.height) == (post.picture.width, post.picture.height) == (1080, 720)


def test_two_desks_make_the_same_bytes(running: Running) -> None:
    """The same file and squares give the same post and files on every desk."""
    sent = _photo(running)
    running.covers("anna", sent, *SQUARES)
    running.covers("boris", sent, *SQUARES)
    made = [published(running.world[name], running.id, sent[0].id) for name in ("anna", "boris", "vera")]
    assert made[0] == made[1] == made[2] and made[0].files[0] != LARGE


def test_a_covered_picture_becomes_public(running: Running) -> None:
    """Readers get the covered file under its hash, and nobody gets the one that was confirmed."""
    sent = _photo(running)
    running.covers("anna", sent, *SQUARES)
    running.covers("boris", sent, *SQUARES)
    made = published(running.world["anna"], running.id, sent[0].id)
    running.accepts(running.posts(19, first=1))
    running.publishes()
    assert made.post.picture is not None and sent[0].pending.post.picture is not None
    assert running.world["vera"].remote.wall_picture(made.post.picture.large) == made.files[0]
    with pytest.raises(RemoteRefused):
        running.world["vera"].remote.wall_picture(sent[0].pending.post.picture.large)


def test_a_desk_that_makes_another_picture_refuses_the_batch(running: Running) -> None:
    """A covered file that is not the one that this desk makes stops the batch, and the refusal says what to do."""
    sent = _photo(running)
    running.covers("anna", sent, *SQUARES)
    running.covers("boris", sent, *SQUARES)
    running.accepts(running.posts(19, first=1))
    anna = running.world["anna"]
    other = saved(halves(1080, 720), "JPEG", quality=70)
    anna.vault.posts.keep_covered(running.id, sent[0].id, encode(Made(SQUARES, hash_of(other), hash_of(SMALL))), encode((other, SMALL)))
    proposal = propose_next(anna, running.id)
    running.world.sync("boris")
    with pytest.raises(EntryRefused, match="a covered picture is not the one that this desk makes"):
        approve(running.world["boris"], proposal)


def test_what_nobody_covers_goes_out_as_it_was_confirmed(running: Running) -> None:
    """Without squares a photograph is published byte for byte."""
    sent = _photo(running)
    running.accepts(sent)
    assert published(running.world["vera"], running.id, sent[0].id) == (sent[0].pending.post, sent[0].pending.files)


def test_covered_files_are_forgotten_with_their_post(running: Running) -> None:
    """After the batch no desk keeps what it made."""
    sent = _photo(running)
    running.covers("anna", sent, *SQUARES)
    running.covers("boris", sent, *SQUARES)
    running.accepts(running.posts(19, first=1))
    before = running.world["vera"].vault.notes("covered:")
    running.publishes()
    assert (sorted(before), running.world["vera"].vault.notes("covered:")) == ([f"covered:{running.id}/{sent[0].id}{end}" for end in ("", "/files")], {})


def test_a_batch_names_what_was_covered_to_its_signers(running: Running) -> None:
    """The second signer's desk holds the same post as the list commits to."""
    sent = _photo(running)
    running.covers("anna", sent, *SQUARES)
    running.covers("boris", sent, *SQUARES)
    running.accepts(running.posts(19, first=1))
    proposal = propose_next(running.world["anna"], running.id)
    running.world.sync("boris")
    publication = asked(running.world["boris"], proposal).publication
    assert publication is not None and publication.batch is not None
    assert (len(publication.batch.posts), campaign(running.world["boris"], running.id).id) == (20, publication.batch.campaign)
