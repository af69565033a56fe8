# SPDX-License-Identifier: AGPL-3.0-or-later
"""The detector: points of a clean picture to boxes around faces and around writing; two models, of which none recognises anything.

It is given points that a cell drew, never a file, and says nothing but where (T12). Both models are loaded and were used once
before the first picture comes. Run in a warm cell alone; see spec/media.md and adr/0022.
"""

from __future__ import annotations

import ctypes
from pathlib import Path

from onnxruntime import InferenceSession, SessionOptions
from PIL import Image

from ombuds.media import faces, writing
from ombuds.media.answer import SIDES
from ombuds.media.hatch import Answer, hatch
from ombuds.media.order import Box
from ombuds.media.seen import BROKEN, SPENT, Seen, failed, write

SHELF = Path(__file__).parents[2]
"""Where the cell finds the two models: beside this program's package."""

MEMORY = 1280 * 1024 * 1024
# The C library keeps large pieces of memory for the next layer instead of asking for each anew, which takes half the time.
MMAP_THRESHOLD, TRIM_THRESHOLD, KEPT = -3, -1, 1 << 30
WARNINGS_LEFT_OUT = 3
SAMPLE = (96, 64)
# So much of a box, and what is left lies under the margin of the one that covers it.
COVERED = 0.85


class Detector:
    """Two models, ready."""

    def __init__(self, shelf: Path = SHELF) -> None:
        self._faces = _model(faces.of_any_size((shelf / faces.MODEL).read_bytes()))
        self._writing = _model((shelf / writing.MODEL).read_bytes())

    def seen(self, content: bytes) -> list[Seen]:
        """Return boxes of a picture: width and height, then its points. Raises ValueError, and what the models raise."""
        size = SIDES.unpack_from(content)
        image = Image.frombytes("RGB", (size[0], size[1]), content[SIDES.size :])
        return apart(faces.faces(self._faces, image) + writing.writing(self._writing, image))


def apart(found: list[Seen]) -> list[Seen]:
    """Return what was found without boxes that lie nearly wholly in one before them."""
    kept: list[Seen] = []
    for each in found:
        if not any(_shared(each.box, other.box) > COVERED for other in kept):
            kept.append(each)
    return kept


def answering(detector: Detector) -> Answer:
    """Return what answers for one picture; whatever a model throws, nothing was found out."""

    def answer(_asked: str, content: bytes) -> tuple[bytes, ...]:
        try:
            return (write(detector.seen(content)),)
        except MemoryError:
            return (failed(SPENT),)
        except Exception:  # noqa: BLE001 - a runtime for models throws anything at all
            return (failed(BROKEN),)

    return answer


def sample() -> bytes:
    """Return a grey picture of our own."""
    return SIDES.pack(*SAMPLE) + bytes([128]) * (SAMPLE[0] * SAMPLE[1] * 3)


def _shared(one: Box, other: Box) -> float:
    """Return which part of a box lies in another."""
    wide = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
    high = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
    return max(0, wide) * max(0, high) / (one.width * one.height)


def _model(content: bytes) -> InferenceSession:
    options = SessionOptions()
    # One thread, so that none is there to be lost at a fork.
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = WARNINGS_LEFT_OUT
    options.enable_cpu_mem_arena = options.enable_mem_pattern = False
    return InferenceSession(content, options, providers=["CPUExecutionProvider"])


def main() -> None:
    """Look at a picture of our own, then let a child look at each."""
    library = ctypes.CDLL(None)
    library.mallopt(MMAP_THRESHOLD, KEPT)
    library.mallopt(TRIM_THRESHOLD, KEPT)
    detector = Detector()
    detector.seen(sample())
    hatch(answering(detector), memory=MEMORY)


if __name__ == "__main__":
    main()
