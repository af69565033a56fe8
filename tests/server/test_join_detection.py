# SPDX-License-Identifier: AGPL-3.0-or-later
"""Joining without JavaScript where a program looks for faces and writing: boxes are proposed, people untick them, and a look that fails stops nothing."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from time import monotonic

import pytest
from httpx2 import Response
from PIL import Image

from ombuds.core.errors import Malformed
from ombuds.media.badge import Detection
from ombuds.media.looking import DETECT
from ombuds.server.app import build
from ombuds.server.campaign.photograph import Photographs
from ombuds.server.campaign.proposed import Looked, Proposed, chosen, proposed_in, spelled
from ombuds.server.config import read_settings
from tests.media.cells import in_place
from tests.media.corpus import saved
from tests.media.drawings import empty, tag, with_face
from tests.server.campaigns import begin
from tests.server.institution import found
from tests.server.joining import Joining, hidden, no_cell, shown, trouble

INK = 38
FOUND = "A program found these, and may have missed others"
NONE = "A program looked for faces and writing and found none."
FAILED = "Faces and writing could not be looked for this time"
ABSENT = "No program looks for faces and writing here"
BOX = re.compile(r'name="box" value="(\d+)" checked> \1\. ([^<]+)</label>')
FACE = saved(with_face(420, 60, 10, (1080, 810)), "JPEG", quality=90)
EMPTY = saved(empty(1080, 810), "JPEG", quality=90)


@pytest.fixture(scope="module")
def joining(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Joining]:
    """Somebody before a campaign on a server that looks; one server for the whole file, because its cells take seconds to start."""
    here = found(tmp_path_factory.mktemp("detection") / "server")
    here.app.state.photographs.close()
    here.app.state.photographs = Photographs(detection=Detection())
    yield Joining(begin(here), here.client())
    here.app.state.photographs.close()
    here.parts.store.close()


@contextmanager
def looking_with(joining: Joining, detection: Detection | None) -> Iterator[Photographs]:
    """Let the server look with something else for a while."""
    state = joining.campaign.here.app.state
    before, state.photographs = state.photographs, Photographs(detection=detection)
    try:
        with closing(state.photographs):
            yield state.photographs
    finally:
        state.photographs = before


def tone(page: Response, x: float, y: float) -> int:
    """How far a point of the picture that a page shows is from the colour of what is covered."""
    with Image.open(BytesIO(shown(page))) as image:
        found = image.convert("RGB").getpixel((int(x * image.width), int(y * image.height)))
    assert isinstance(found, tuple)
    return max(abs(value - INK) for value in found)


def ticked(page: Response) -> list[str]:
    """The numbers of the boxes that a page shows as ticked."""
    return [number for number, _ in BOX.findall(page.text)]


def test_a_face_is_proposed_by_name(joining: Joining) -> None:
    """The page shows a ticked and numbered box for the face, says where it is, and draws it over the picture."""
    page = joining.post(FACE, kind="photo")
    assert BOX.findall(page.text)[0] == ("1", "A face, top left")
    assert FOUND in page.text and page.text.count("<rect") == len(ticked(page))


def test_writing_is_proposed_by_name(joining: Joining) -> None:
    """Words on a plate are proposed as writing, and nobody reads them."""
    page = joining.post(saved(tag("ПАТРУЛЬ 20481", 40, size=(1080, 810)).image, "JPEG", quality=90), kind="photo")
    assert BOX.findall(page.text)[0] == ("1", "Writing, in the middle") and "20481" not in page.text


def test_a_ticked_box_is_black_in_the_result(joining: Joining) -> None:
    """What is proposed and left ticked is blacked out in what becomes public, also where no square was ticked."""
    page = joining.post(FACE, kind="photo")
    result = joining.result(page, box=ticked(page))  # type: ignore[arg-type]
    assert tone(result, 270 / 1080, 225 / 810) < 12 < tone(result, 0.9, 0.9)


def test_a_box_that_was_unticked_is_not_black(joining: Joining) -> None:
    """People decide: what they untick stays as it is."""
    result = joining.result(joining.post(FACE, kind="photo"))
    assert tone(result, 270 / 1080, 225 / 810) > 40


def test_what_was_proposed_comes_back(joining: Joining) -> None:
    """Whoever wants to black out more finds the boxes again, ticked or not as they were left."""
    page = joining.post(FACE, kind="photo")
    with_all = joining.browser.post(f"{joining.path}/cover", data=hidden(joining.result(page, box=ticked(page))))  # type: ignore[arg-type]
    without = joining.browser.post(f"{joining.path}/cover", data=hidden(joining.result(page)))
    assert (ticked(with_all), ticked(without)) == (ticked(page), []) and FOUND in without.text


def test_a_post_with_boxes_is_sent_as_it_was_shown(joining: Joining) -> None:
    """The picture that is kept is the one with the boxes, byte by byte."""
    page, before = joining.post(FACE, kind="photo", own="With boxes."), joining.names()
    result = joining.result(page, 140, box=ticked(page))  # type: ignore[arg-type]
    assert joining.send(result).status_code == 200
    (name,) = joining.names() - before
    assert joining.kept()[name].files[0] == shown(result)


@pytest.mark.parametrize("change", [{"boxes": ""}, {"proposed": "face.1.1.9.9"}, {"proposed": ""}], ids=str)
def test_only_the_boxes_that_were_shown_are_sent(joining: Joining, change: dict[str, str]) -> None:
    """A page whose boxes were changed on the way keeps nothing."""
    page, before = joining.post(FACE, kind="photo"), joining.names()
    answer = joining.send(joining.result(page, box=ticked(page)), **change)  # type: ignore[arg-type]
    assert (trouble(answer), joining.names()) == ("This is not the picture that was shown to you.", before)


def test_every_square_and_every_box_can_be_ticked(joining: Joining) -> None:
    """All squares together with as many boxes as there may be are still one picture."""
    many = " ".join(f"text.{number}.{number}.20.20" for number in range(48))
    data = {**hidden(joining.post(EMPTY, kind="photo")), "proposed": many}
    form = {**data, "cell": [str(cell) for cell in range(192)], "box": [str(number) for number in range(1, 49)]}
    page = joining.browser.post(f"{joining.path}/result", data=form)
    assert (page.status_code, trouble(page)) == (200, "") and tone(page, 0.5, 0.5) < 12


def test_an_empty_photograph_says_that_nothing_was_found(joining: Joining) -> None:
    """Where nothing is found the page says so, and that it misses many."""
    page = joining.post(EMPTY, kind="photo")
    assert NONE in page.text and "look yourself" in page.text and 'name="box"' not in page.text


def test_a_server_that_does_not_look_says_so_quietly(joining: Joining) -> None:
    """Without the setting there is one quiet sentence, and everything works by hand."""
    with looking_with(joining, None):
        page = joining.post(FACE, kind="photo")
        result = joining.result(page, 14)
        sent = joining.send(result)
    assert ABSENT in page.text and 'name="box"' not in page.text and sent.status_code == 200


def test_a_server_without_the_extra_says_so_quietly(joining: Joining) -> None:
    """With the setting, but without the extra, everything works by hand."""
    with looking_with(joining, Detection(here=False)):
        page = joining.post(FACE, kind="photo")
        assert ABSENT in page.text and joining.send(joining.result(page)).status_code == 200


def test_a_machine_without_cells_for_it_says_so_quietly(joining: Joining) -> None:
    """Where only the detector's cell cannot be built, the rest goes on."""
    with looking_with(joining, Detection(walled=no_cell)):
        assert ABSENT in joining.post(FACE, kind="photo").text


@pytest.mark.parametrize("wanted", [True, False])
def test_the_operator_decides_whether_a_server_looks(joining: Joining, tmp_path: Path, wanted: bool) -> None:
    """An application looks for faces and writing when the setting `detection` says so, and else does not."""
    here = joining.campaign.here
    settings = read_settings({"OMBUDS_DATA": str(tmp_path), **({"OMBUDS_DETECTION": "true"} if wanted else {})})
    made = build(replace(here.parts, settings=settings)).state.photographs
    with closing(made), ThreadPoolExecutor(1) as pool:
        looked = pool.submit(asyncio.run, made.looked(EMPTY)).result()
    assert looked == Looked("none" if wanted else "absent")


BAD = {
    "breaks down": "ctypes.string_at(0)",
    "ends": "os._exit(1)",
    "is out of memory": "[bytearray(1 << 24) for _ in iter(int, 1)]",
    "lies": "bytes([1, 0, 1, 0]) + bytes([255]) * 8",
}


@pytest.mark.parametrize("name", BAD)
def test_a_detector_that_fails_stops_no_post(joining: Joining, name: str) -> None:
    """A detector that does this gives no boxes and a calm sentence, and the post goes its way."""
    program = f"import os, ctypes\nfrom ombuds.media.hatch import hatch\nhatch(lambda asked, content: ({BAD[name]},), memory=300 << 20)"
    with looking_with(joining, Detection(command=in_place(program, DETECT))):
        page = joining.post(FACE, kind="photo")
        assert FAILED in page.text and 'name="box"' not in page.text
        assert joining.send(joining.result(page, 3)).status_code == 200


SLOW = """import threading
from ombuds.media.hatch import hatch
lock = threading.Lock()
lock.acquire()
hatch(lambda asked, content: (lock.acquire(timeout=4), bytes([1, 0, 0]))[1:])
"""


def test_a_detector_that_is_busy_keeps_nobody_waiting() -> None:
    """While another photograph is looked at for long, the next one goes on without boxes."""

    async def both() -> tuple[Looked, Looked, float]:
        with closing(Photographs(patience=0.2, detection=Detection(command=in_place(SLOW, DETECT)))) as photographs:
            slow = asyncio.create_task(photographs.looked(EMPTY))
            await asyncio.sleep(1)
            began = monotonic()
            next_one = await photographs.looked(EMPTY)
            return await slow, next_one, monotonic() - began

    # In a thread of its own: a browser's tests may have left a loop running in this one.
    with ThreadPoolExecutor(1) as pool:
        first, second, waited = pool.submit(asyncio.run, both()).result()
    assert (first, second) == (Looked("none"), Looked("failed")) and waited < 5


ONE = Proposed("face", 10, 20, 30, 40)


def test_boxes_travel_and_come_back() -> None:
    """What a page carries is read as it was written, and numbers choose from it in order."""
    two = (ONE, Proposed("text", 0, 0, 100, 80))
    assert proposed_in(spelled(two), 100, 80) == two and chosen(two, ["2", "1", "0", "9", "x"]) == (1, 2)


WRONG = [
    "face", "face.1.1.1", "hand.1.1.1.1", "face.1.1.1.1.1", "face.-1.1.1.1", "face.1.1.0.1", "face.1.1.1.0", "face.99.1.2.1", "face.1.79.1.2", "face.１.1.1.1",
    "face.10000.1.1.1", " ".join(["face.1.1.1.1"] * 49),
]  # fmt: skip


@pytest.mark.parametrize("text", WRONG, ids=lambda text: text[:16])
def test_boxes_that_nobody_proposed_are_refused(text: str) -> None:
    """What is no box inside the picture does not come back."""
    with pytest.raises(Malformed):
        proposed_in(text, 100, 80)


PLACES = {(0, 0): "top left", (45, 0): "top centre", (90, 0): "top right", (0, 35): "middle left", (45, 35): "middle centre", (90, 70): "bottom right"}


@pytest.mark.parametrize("at", PLACES, ids=str)
def test_a_box_says_where_it_is(at: tuple[int, int]) -> None:
    """A box is named by the ninth of the picture in which its middle is."""
    assert Proposed("face", *at, 10, 10).where(100, 80) == PLACES[at]
