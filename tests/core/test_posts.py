# SPDX-License-Identifier: AGPL-3.0-or-later
"""One post of a campaign: sealed to its moderation identity, checked wherever it comes in, ruled over by two members (T13, T26)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from ombuds.core.attachments import rung
from ombuds.core.encoding import decode_canonical, encode
from ombuds.core.envelope import joined, sign
from ombuds.core.errors import ContentChanged, Malformed, NotAMember, NotSealedForThis, OmbudsError
from ombuds.core.keys import hash_of
from ombuds.core.posts import (
    VERDICT_TYPE,
    Pending,
    Post,
    PostPicture,
    Verdict,
    check_files,
    check_post,
    open_post,
    read_post,
    read_verdict,
    ruled,
    seal_post,
    sign_verdict,
)
from tests.core import builders as b
from tests.core import campaigns as c
from tests.core.pictures import JPEG, png

replaced = msgspec.structs.replace
INSTANCE = b.desk_of().charter.instance_id
PHOTO = Post(1, c.CAMPAIGN, 1, "photo", "en", "I stand with him.", picture=PostPicture(hash_of(JPEG), hash_of(JPEG), 8, 8), shows="A badge on a table.")
SEALED = seal_post(c.pending_of(), c.TERMS)
CASES: list[dict[str, Any]] = json.loads((Path(__file__).parents[2] / "vectors/campaign/posts.json").read_bytes())["cases"]


def _opened(pending: Pending) -> Pending:
    return open_post(seal_post(pending, c.TERMS), c.MODERATION, INSTANCE, c.CONTENT)


@pytest.mark.parametrize("pending", [c.pending_of(), replaced(c.pending_of(), post=PHOTO, files=(JPEG, JPEG))])
def test_a_post_comes_as_it_was_confirmed(pending: Pending) -> None:
    """A post, with a badge or a photograph, opens as it was sealed."""
    assert _opened(pending) == pending


def test_nobody_else_opens_a_post() -> None:
    """Another identity opens nothing."""
    with pytest.raises(NotSealedForThis):
        open_post(SEALED, b.identity_of("somebody"), INSTANCE, c.CONTENT)


def test_sizes_stand_on_the_ladder() -> None:
    """A post of one sentence and one of another length are as long as each other."""
    assert len({len(seal_post(c.pending_of(number), c.TERMS)) for number in (1, 1000)}) == 1


def test_a_post_of_another_desk_is_refused() -> None:
    """A post that names another desk is not this campaign's."""
    with pytest.raises(Malformed):
        _opened(replaced(c.pending_of(), instance_id="0" * 64))


@pytest.mark.parametrize("wrong", [{"region": 2}, {"post": replaced(c.post_of(), rank=2)}])
def test_choices_are_those_of_the_campaign(wrong: dict[str, object]) -> None:
    """A region or a rank group that is not in the lists is refused."""
    with pytest.raises(Malformed):
        _opened(replaced(c.pending_of(), **wrong))


def test_a_kind_that_is_not_allowed_is_refused() -> None:
    """A campaign of drawn badges alone takes no photograph."""
    badges = replaced(c.CONTENT, campaign=replaced(c.TERMS, kinds=("badge",)))
    with pytest.raises(Malformed):
        open_post(seal_post(replaced(c.pending_of(), post=PHOTO, files=(JPEG, JPEG)), c.TERMS), c.MODERATION, INSTANCE, badges)


@pytest.mark.parametrize(
    "post",
    [
        replaced(c.post_of(), badge=None),
        replaced(c.post_of(), kind="photo"),
        replaced(PHOTO, badge=1),
        replaced(c.post_of(), sentence="  "),
        replaced(c.post_of(), sentence="two\nlines"),
        replaced(c.post_of(), sentence="unseen\u200b"),
    ],
)
def test_a_post_hangs_together(post: Post) -> None:
    """A kind without its picture, an empty sentence, more lines than one and characters that nobody sees are refused."""
    with pytest.raises(Malformed):
        check_post(post)


@pytest.mark.parametrize("post", [replaced(c.post_of(), badge=48), replaced(c.post_of(), sentence="x" * 281)])
def test_a_post_is_small(post: Post) -> None:
    """A sentence of 281 characters, and a badge that is not drawn, do not read."""
    with pytest.raises(Malformed):
        read_post(encode(post))


@pytest.mark.parametrize("case", CASES, ids=[case["what"] for case in CASES])
def test_posts_of_the_vectors(case: dict[str, Any]) -> None:
    """What is sent reads and is written as the vector has it, at its step of the ladder, or fails in the way that it names."""
    try:
        pending = decode_canonical(case["pending"].encode(), Pending)
        check_post(pending.post)
        check_files(pending.post, pending.files)
        told = (encode(pending).decode(), rung(len(encode(pending))))
    except OmbudsError as failed:
        told = (type(failed).__name__, 0)
    assert told == ((case["fails"], 0) if "fails" in case else (case["pending"], case["size"]))


def test_the_picture_is_the_confirmed_one() -> None:
    """Bytes that differ from what the post names are not sealed."""
    with pytest.raises(ContentChanged):
        seal_post(replaced(c.pending_of(), post=PHOTO, files=(JPEG, png())), c.TERMS)


@pytest.mark.parametrize("hidden", [JPEG + b"PK", JPEG[:2] + bytes.fromhex("ffe1000845786966") + b"\0\0" + JPEG[2:], png()])
def test_a_picture_holds_pixels_alone(hidden: bytes) -> None:
    """Something behind the end, a camera's note, and another kind of file are refused."""
    post = replaced(PHOTO, picture=PostPicture(hash_of(hidden), hash_of(JPEG), 8, 8))
    with pytest.raises(Malformed):
        seal_post(replaced(c.pending_of(), post=post, files=(hidden, JPEG)), c.TERMS)


ACCEPT = c.verdict_of(SEALED)
REJECT = c.verdict_of(SEALED, "reject", "insult")
COVERED = replaced(ACCEPT, boxes=(3, 5))


@pytest.mark.parametrize(
    ("verdicts", "ruling"),
    [
        ({"anna": ACCEPT}, None),
        ({"anna": ACCEPT, "boris": ACCEPT}, ACCEPT),
        ({"anna": ACCEPT, "boris": REJECT}, None),
        ({"anna": REJECT, "boris": REJECT}, REJECT),
        ({"anna": ACCEPT, "boris": ACCEPT, "carla": c.verdict_of(SEALED, "quarantine")}, None),
        ({"anna": ACCEPT, "boris": c.verdict_of(b"other bytes")}, None),
        ({"anna": ACCEPT, "boris": COVERED}, None),
        ({"anna": COVERED, "boris": replaced(COVERED, boxes=(3, 6))}, None),
        ({"anna": COVERED, "boris": COVERED, "carla": ACCEPT}, COVERED),
        ({"anna": ACCEPT, "boris": ACCEPT, "carla": REJECT, "dora": REJECT}, None),
        ({"anna": REJECT, "boris": REJECT, "carla": ACCEPT, "dora": ACCEPT}, None),
        ({"anna": ACCEPT, "boris": ACCEPT, "carla": COVERED, "dora": COVERED}, None),
        ({"anna": ACCEPT, "boris": ACCEPT, "carla": REJECT, "dora": REJECT, "elena": ACCEPT}, None),
    ],
)
def test_two_members_rule_alike(verdicts: dict[str, Verdict], ruling: Verdict | None) -> None:
    """One member is not enough, two who differ are not, and one who quarantines keeps a post out."""
    assert ruled(verdicts, 1) == ruling


@pytest.mark.parametrize("names", [("anna", "boris", "carla"), ("carla", "anna", "boris"), ("boris", "carla", "anna")])
def test_nobodys_name_decides_for_which_reason(names: tuple[str, str, str]) -> None:
    """Those who reject for several reasons reject for the one that most of them gave, whatever their names are."""
    given = dict(zip(names, (c.verdict_of(SEALED, "reject", "advertising"), REJECT, REJECT), strict=True))
    found = ruled(given, 2)
    assert found is not None and found.reason == "insult"


def test_as_many_rule_as_the_charter_says() -> None:
    """Where the charter asks for three, two are not enough."""
    assert ruled({"anna": ACCEPT, "boris": ACCEPT}, 3) is None


def test_a_ruling_names_its_member() -> None:
    """A signed ruling reads back with the member who signed it."""
    assert read_verdict(sign_verdict(ACCEPT, b.key_of("anna")), b.desk_of().charter.charter.keys("moderate")) == ("anna", ACCEPT)


def test_a_stranger_rules_nothing() -> None:
    """A ruling by a key that is not a member's is refused."""
    with pytest.raises(NotAMember):
        read_verdict(sign_verdict(ACCEPT, b.key_of("stranger")), b.desk_of().charter.charter.keys("moderate"))


def test_one_envelope_is_one_members_ruling() -> None:
    """Two signatures under one ruling are refused."""
    both = joined([sign_verdict(ACCEPT, b.key_of("anna")), sign_verdict(ACCEPT, b.key_of("boris"))])
    with pytest.raises(NotAMember):
        read_verdict(both, b.desk_of().charter.charter.keys("moderate"))


@pytest.mark.parametrize("verdict", [replaced(ACCEPT, reason="insult"), replaced(REJECT, reason="")])
def test_only_a_rejection_has_a_reason(verdict: Verdict) -> None:
    """An acceptance with a reason and a rejection without one are not signed."""
    with pytest.raises(Malformed):
        sign_verdict(verdict, b.key_of("anna"))


@pytest.mark.parametrize("verdict", [replaced(REJECT, boxes=(3,)), replaced(ACCEPT, boxes=(5, 3)), replaced(ACCEPT, boxes=(3, 3))])
def test_squares_stand_beside_an_acceptance_in_one_order(verdict: Verdict) -> None:
    """A rejection with squares to cover, and squares out of order or twice, are not signed."""
    with pytest.raises(Malformed):
        sign_verdict(verdict, b.key_of("anna"))


@pytest.mark.parametrize("boxes", ["[]", "[192]", "[-1]"])
def test_squares_are_of_the_grid_and_one_at_least(boxes: str) -> None:
    """A ruling that names no square, or one outside of the grid, is not well-formed: it has one spelling."""
    content = encode(COVERED).replace(b"[3,5]", boxes.encode())
    with pytest.raises(Malformed):
        read_verdict(sign(VERDICT_TYPE, content, b.key_of("anna")), b.desk_of().charter.charter.keys("moderate"))


def test_a_ruling_without_squares_is_spelled_as_before() -> None:
    """Who covers nothing writes no field of squares, so that earlier rulings stay what they are."""
    assert b"boxes" not in encode(ACCEPT)
