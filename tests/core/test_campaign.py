# SPDX-License-Identifier: AGPL-3.0-or-later
"""A campaign's wall: what a batch may do, and the one number that everybody counts from the same entries (T18, T26)."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ombuds.core.campaign import LEAST_BATCH, Batch, PostRef, Rejected, Removed, Wall, check_published, read_batch, shown_regions
from ombuds.core.content import check_content, read_content
from ombuds.core.custody import propose
from ombuds.core.encoding import encode
from ombuds.core.errors import ContentChanged, EntryRefused, Malformed
from ombuds.core.keys import hash_of
from ombuds.core.publication import Basis, EntryFile, EntryParameters, Place, describe, new_place, propose_entry, publish, read_parameters, salted
from tests.core import builders as b
from tests.core import campaigns as c
from tests.core.pictures import said

replaced = msgspec.structs.replace
FIRST = c.batch_of()


def test_a_wall_counts_its_posts() -> None:
    """Two batches of twenty make forty."""
    assert len(c.wall_of(FIRST, c.batch_of(20)).posts) == 40


def test_nineteen_posts_wait() -> None:
    """A batch of nineteen is refused: too few to hide among."""
    with pytest.raises(EntryRefused):
        c.wall_of(c.batch_of(count=LEAST_BATCH - 1))


def test_a_post_counts_once() -> None:
    """The same commitments in a second batch are refused."""
    with pytest.raises(EntryRefused):
        c.wall_of(FIRST, FIRST)


def test_a_post_stands_in_a_batch_once() -> None:
    """A list that names a commitment twice is refused."""
    with pytest.raises(EntryRefused):
        c.wall_of(replaced(FIRST, posts=(*FIRST.posts, FIRST.posts[-1])))


def test_a_list_has_one_order() -> None:
    """A list in another order, which could be that of arrival, is refused."""
    with pytest.raises(EntryRefused):
        c.wall_of(replaced(FIRST, posts=FIRST.posts[::-1]))


def test_a_refused_batch_changes_nothing() -> None:
    """After a refusal the wall is what it was."""
    wall = c.wall_of(FIRST)
    with pytest.raises(EntryRefused):
        wall.take(Batch(1, c.CAMPAIGN, withdrawn=(c.token_of(0), c.token_of(999))))
    assert (len(wall.posts), wall.version) == (20, 1)


def test_a_token_withdraws_its_post() -> None:
    """A revealed token takes one post off, and the number says so."""
    wall = c.wall_of(FIRST, Batch(1, c.CAMPAIGN, withdrawn=(c.token_of(3),)))
    assert (len(wall.posts), wall.withdrawn, wall.accepted) == (19, 1, 20)


def test_a_post_can_be_withdrawn_in_its_own_batch() -> None:
    """A supporter who withdraws while the batch is being signed is counted as withdrawn when it leaves."""
    assert c.wall_of(replaced(FIRST, withdrawn=(c.token_of(3),))).withdrawn == 1


@pytest.mark.parametrize("tokens", [(c.token_of(999),), (c.token_of(3), c.token_of(3))])
def test_a_token_that_fits_nothing_is_refused(tokens: tuple[bytes, ...]) -> None:
    """Nobody is withdrawn without the token of the post, or twice."""
    with pytest.raises(EntryRefused):
        c.wall_of(FIRST, Batch(1, c.CAMPAIGN, withdrawn=tokens))


def test_a_removal_leaves_a_tombstone() -> None:
    """A post that was taken down is gone with its reason."""
    gone = FIRST.posts[0].commitment
    wall = c.wall_of(FIRST, Batch(1, c.CAMPAIGN, removed=(Removed(gone, "person-asked"),)))
    assert (len(wall.posts), wall.gone[gone]) == (19, "person-asked")


def test_what_is_not_on_the_wall_is_not_removed() -> None:
    """A removal of nothing is refused."""
    with pytest.raises(EntryRefused):
        c.wall_of(FIRST, Batch(1, c.CAMPAIGN, removed=(Removed("0" * 64, "error"),)))


def test_what_was_removed_cannot_come_back() -> None:
    """A post that was taken down is not put up again under the same commitment."""
    gone = FIRST.posts[0].commitment
    with pytest.raises(EntryRefused):
        c.wall_of(FIRST, Batch(1, c.CAMPAIGN, removed=(Removed(gone, "error"),)), FIRST)


@pytest.mark.parametrize("batch", [replaced(FIRST, campaign="c" * 32), Batch(1, c.CAMPAIGN)])
def test_a_batch_is_of_this_campaign_and_does_something(batch: Batch) -> None:
    """Another campaign's batch, and one in which nothing happens, are refused."""
    with pytest.raises(EntryRefused):
        c.wall_of(batch)


def test_rejections_are_not_forgotten() -> None:
    """A later batch that counts fewer rejected posts is refused."""
    with pytest.raises(EntryRefused):
        c.wall_of(replaced(FIRST, rejected=(Rejected("insult", 7),)), replaced(c.batch_of(20), rejected=(Rejected("insult", 6),)))


def _asking(*hashes: str, first: int = 0, counted: int = 0) -> Batch:
    """A batch that asks for other pictures, and counts so many rejections of that kind."""
    return replaced(c.batch_of(first), rejected=(Rejected("another-picture", counted or len(hashes)),), asked=hashes)


ONE, OTHER = "1" * 64, "2" * 64


def test_another_picture_is_asked_for_in_the_open() -> None:
    """What was refused with this wish stands in the fold, and in no number but that of its reason."""
    wall = c.wall_of(_asking(ONE, OTHER))
    assert (wall.asked, len(wall.posts)) == ({ONE, OTHER}, 20)


@pytest.mark.parametrize(
    "batches",
    [
        (_asking(OTHER, ONE),),
        (_asking(ONE, ONE),),
        (_asking(ONE), _asking(ONE, first=20, counted=2)),
        (_asking(hash_of(c.token_of(3))),),
        (FIRST, _asking(hash_of(c.token_of(3)), first=20)),
        (_asking(hash_of(c.token_of(23)), counted=1), replaced(c.batch_of(20), rejected=(Rejected("another-picture", 1),))),
        (replaced(_asking(ONE, OTHER), rejected=(Rejected("another-picture", 1),)),),
        (_asking(ONE), _asking(OTHER, first=20)),
    ],
    ids=["order", "twice", "again", "comes", "stands", "asked and then public", "not counted", "not counted anew"],
)
def test_another_picture_is_asked_for_once_and_counted(batches: tuple[Batch, ...]) -> None:
    """A hash out of order, twice, of a post that stands or comes, and one that the counts leave out, are refused."""
    with pytest.raises(EntryRefused):
        c.wall_of(*batches)


def test_a_list_that_asks_for_nothing_is_spelled_as_before() -> None:
    """Without a wish there is no such field, so that earlier lists stay what they are; an empty one is not well-formed."""
    content = encode(FIRST)
    with pytest.raises(Malformed):
        read_batch(content[:-1] + b',"asked":[]}')
    assert b"asked" not in content


@pytest.mark.parametrize(("before", "after"), [((0,), (19,)), ((30,), (34,)), ((30,), (26,))])
def test_regions_are_never_small(before: tuple[int, ...], after: tuple[int, ...]) -> None:
    """A region below twenty, or one that moved by less than five, is refused."""
    with pytest.raises(EntryRefused):
        c.wall_of(replaced(FIRST, regions=before), replaced(c.batch_of(20), regions=after))


@given(st.lists(st.lists(st.integers(0, 60), min_size=3, max_size=3), max_size=8))
def test_shown_regions_always_pass(stream: list[list[int]]) -> None:
    """Whatever the true counts do, what is shown of them is never refused."""
    wall, shown = Wall(c.CAMPAIGN), tuple[int, ...]()
    for number, counted in enumerate(stream):
        shown = shown_regions(counted, shown)
        refs = tuple(PostRef(f"{place:064x}", f"{place:064x}") for place in range(180 * number, 180 * number + 180))
        wall.take(Batch(1, c.CAMPAIGN, refs, regions=shown))


@given(st.lists(st.integers(0, 19), unique=True, max_size=20))
def test_the_number_is_accepted_less_withdrawn(numbers: list[int]) -> None:
    """Whoever withdraws, in whatever order, is missing from the number exactly once."""
    wall = c.wall_of(FIRST)
    for number in numbers:
        wall.take(Batch(1, c.CAMPAIGN, withdrawn=(c.token_of(number),)))
    assert len(wall.posts) == wall.accepted - wall.withdrawn == 20 - len(numbers)


def test_a_batch_reads_back() -> None:
    """A batch's bytes give the batch."""
    assert read_batch(encode(FIRST)) == FIRST


def test_a_published_post_is_the_signed_one() -> None:
    """A changed sentence does not fit the commitment."""
    files = c.files_of([1])
    ref, file = c.refs_of(files)[0], files[1]
    assert check_published(ref, file) == c.post_of(1)
    with pytest.raises(ContentChanged):
        check_published(ref, replaced(file, content=encode(c.post_of(2))))


def test_a_campaign_is_published_like_any_text() -> None:
    """Two of three members publish a campaign, and its bytes read back."""
    place = new_place()
    file = salted(place, c.CONTENT)
    parameters = describe(place, c.CONTENT, (file,), Basis("desk"), b.TODAY)
    proposal = propose_entry(b.desk_of().charter.rule("publish", b.TODAY), place, (file,), parameters, b.TODAY)
    entry = publish(b.quorum_of(b.desk_of(), proposal, "anna", "boris"), (file,), None)
    assert (entry.parameters.kind, read_content(entry.files[0].content)) == ("campaign", c.CONTENT)


def test_stories_keep_their_bytes() -> None:
    """The field of campaigns is not in a story's bytes."""
    assert b"campaign" not in encode(b.story())


@pytest.mark.parametrize(
    "content",
    [
        replaced(c.CONTENT, kind="update"),
        replaced(c.CONTENT, campaign=msgspec.UNSET),
        replaced(c.CONTENT, tags=()),
        replaced(c.CONTENT, quotes=(said("A quotation"),)),
        replaced(c.CONTENT, campaign=replaced(c.TERMS, ends=c.TERMS.begins.replace(year=2020))),
        replaced(c.CONTENT, campaign=replaced(c.TERMS, recipient="age1nobody")),
        replaced(c.CONTENT, campaign=replaced(c.TERMS, statement=())),
        replaced(c.CONTENT, campaign=replaced(c.TERMS, kinds=("photo", "photo"))),
        replaced(c.CONTENT, campaign=replaced(c.TERMS, offered=(said("x" * 300),))),
    ],
)
def test_terms_hang_together(content: object) -> None:
    """A campaign without terms, without hashtags, with wrong days or words that are missing is refused."""
    with pytest.raises(Malformed):
        check_content(content)  # type: ignore[arg-type]


@pytest.mark.parametrize("wrong", [{"languages": ("en",)}, {"version": 0}, {"basis": Basis("sources")}, {"files": ()}])
def test_a_batch_is_one_list(wrong: dict[str, object]) -> None:
    """An entry of a wall has one file, no languages, and rests on the desk's own word."""
    said_ = EntryParameters(1, "wall", 1, (), (EntryFile(f"{c.WALL}/1.json", "0" * 64),), Basis("desk"), "", b.TODAY)
    read_parameters(propose(b.desk_of().charter.rule("publish", b.TODAY), c.WALL, "", said_, b.TODAY))
    with pytest.raises((EntryRefused, Malformed)):
        read_parameters(propose(b.desk_of().charter.rule("publish", b.TODAY), c.WALL, "", replaced(said_, **wrong), b.TODAY))


def test_a_wall_is_signed_by_as_many_as_publish() -> None:
    """A batch is published by two of three members, with its one file."""
    place = Place(c.WALL, 1, "")
    file = salted(place, FIRST)
    said_ = EntryParameters(1, "wall", 1, (), (EntryFile(file.path, file.commitment),), Basis("desk"), "", b.TODAY)
    proposal = propose_entry(b.desk_of().charter.rule("publish", b.TODAY), place, (file,), said_, b.TODAY)
    assert publish(b.quorum_of(b.desk_of(), proposal, "anna", "boris"), (file,), None).parameters.kind == "wall"


def test_a_spent_token_hides_no_later_post() -> None:
    """A post whose token took another one back, or would take two back, is refused."""
    spent, later = FIRST.posts[0].withdraw, c.batch_of(20)
    again = replaced(later, posts=(replaced(later.posts[0], withdraw=spent), *later.posts[1:]))
    twice = replaced(FIRST, posts=tuple(replaced(ref, withdraw=spent) for ref in FIRST.posts))
    for batches in ((FIRST, again), (twice,)):
        with pytest.raises(EntryRefused):
            c.wall_of(*batches)
