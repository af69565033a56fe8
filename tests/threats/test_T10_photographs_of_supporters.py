# SPDX-License-Identifier: AGPL-3.0-or-later
"""T10: without JavaScript no length on the line tells which photograph somebody joins with: pages and forms stand on one coarse ladder.

What a real browser sends is measured in tests/browser/test_joining_plain.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

import pytest
from httpx2 import Response
from PIL import Image, ImageFilter

from ombuds.server.campaign.alike import AROUND, SHORTEST
from tests.media.corpus import saved
from tests.server.campaigns import begin
from tests.server.institution import found
from tests.server.joining import Joining, hidden, shown

# How rough the photographs are, and the largest ones: the rougher and the less blurred, the larger the JPEG.
ROUGH, LARGEST, BLURRED = (0, 3, 6, 9, 12, 16, 20, 25, 30, 36, 42, 48), (120, 140), 1.0


@dataclass(frozen=True)
class Way:
    """The lengths of one photograph on its way, and how large it is in public."""

    answered: tuple[int, int, int]
    sent: tuple[int, int]
    public: int


@pytest.fixture(scope="module")
def joining(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Joining]:
    """Somebody before a campaign that takes photographs."""
    here = found(tmp_path_factory.mktemp("alike") / "server")
    yield Joining(begin(here), here.client())
    here.app.state.photographs.close()
    here.parts.store.close()


@pytest.fixture(scope="module")
def ways(joining: Joining) -> tuple[Way, ...]:
    """Many photographs on their way, with words of many lengths."""
    return tuple(_way(joining, number, _noise(rough)) for number, rough in enumerate(ROUGH))


def _noise(rough: int, blurred: float = BLURRED) -> bytes:
    return saved(Image.effect_noise((1000, 750), rough).filter(ImageFilter.GaussianBlur(blurred)).convert("RGB"), "JPEG", quality=95)


def _way(joining: Joining, number: int, photograph: bytes) -> Way:
    cover = joining.post(photograph, kind="photo", own="Ещё здесь. " * (1 + number))
    result = joining.result(cover, *range(number))
    again = joining.browser.post(f"{joining.path}/cover", data=hidden(result))
    pages = (cover, result, again)
    assert "/join/send" in result.text and "/join/result" in again.text
    return Way((len(cover.content), len(result.content), len(again.content)), (_sent(cover), _sent(result)), len(shown(pages[1])))


def _sent(page: Response) -> int:
    return len(urlencode(hidden(page)))


def test_many_photographs_have_one_length(ways: tuple[Way, ...]) -> None:
    """Twelve photographs of as many public sizes, from small to large, and as many words and squares are one on the line, either way."""
    public = {way.public for way in ways}
    assert len(public) == len(ROUGH) and max(public) > 4 * min(public)
    assert {(way.answered, way.sent) for way in ways} == {((2 * SHORTEST + AROUND,) * 3, (SHORTEST,) * 2)}


def test_the_largest_photographs_are_one_step_more(joining: Joining) -> None:
    """A photograph that fills more than the shortest form is on the line like every other one that does, page and form alike."""
    ways = [_way(joining, 1, _noise(rough, BLURRED / 2)) for rough in LARGEST]
    assert ways[0].public != ways[1].public
    assert {(way.answered, way.sent) for way in ways} == {((4 * SHORTEST + AROUND,) * 3, (2 * SHORTEST,) * 2)}


def test_no_program_between_may_pack_them(joining: Joining) -> None:
    """The pages say that they may be neither kept nor changed on the way, also when something is refused."""
    cover = joining.post(saved(Image.new("RGB", (400, 300), (9, 99, 9)), "JPEG"), kind="photo")
    refused = joining.result(cover, shows="x" * 281)
    pages = (cover, joining.result(cover), refused)
    assert [page.status_code for page in pages] == [200, 200, 400] and len(refused.content) == 2 * SHORTEST + AROUND
    assert {page.headers["cache-control"] for page in pages} == {"no-store, no-transform"}
