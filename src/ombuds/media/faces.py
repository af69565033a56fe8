# SPDX-License-Identifier: AGPL-3.0-or-later
"""Faces in points: what the model CenterFace says of a picture, of the same lying on each side, joined and grown.

It says where a face may be and knows nobody. Masked and covered faces it often misses; a pattern it takes for a face costs a
person one tick. Run in a warm cell alone; see spec/media.md and adr/0022.
"""

from __future__ import annotations

from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray
from onnxruntime import InferenceSession
from PIL import Image

from ombuds.media.seen import Seen, boxed

Numbers: TypeAlias = NDArray[Any]
MODEL = "centerface.onnx"
# The model as it is shipped names one size for what it is given and what it gives; it knows none itself, so these words go.
SIZED = {b"input.1": (10, 3, 32, 32), b"537": (10, 1, 8, 8), b"538": (10, 2, 8, 8), b"539": (10, 2, 8, 8), b"540": (10, 10, 8, 8)}
ANY_SIZE = b"\n\x02\x12\x00"
SIDE, STEP, SPREAD = 960, 32, 4
THRESHOLD, SAME, GROWN = 0.1, 0.3, 0.3
# More than any list takes: what lies beyond is less sure than all of these.
MOST_GUESSES = 2000
LYING = ((None, 0), (Image.Transpose.ROTATE_90, 1), (Image.Transpose.ROTATE_270, 3))


class Guess(NamedTuple):
    """Edges (left, upper, right, lower) of faces, a row each, and how sure the model is of each."""

    edges: Numbers
    sure: Numbers


def of_any_size(model: bytes) -> bytes:
    """Return the model without the one size that it names. Raises ValueError if it is another model."""
    for name, size in SIZED.items():
        before = b"\n" + bytes([len(name)]) + name + b"\x12\x16\n\x14\x08\x01\x12\x10"
        named = before + b"".join(b"\n\x02\x08" + bytes([each]) for each in size)
        if model.count(named) != 1:
            raise ValueError("not the model that this program knows")
        model = model.replace(named, before + ANY_SIZE * len(size))
    return model


def faces(model: InferenceSession, image: Image.Image) -> list[Seen]:
    """Return boxes around faces, the surest first, grown by 30 % of their size to each side."""
    guesses = [_upright(_guessed(model, image if turn is None else image.transpose(turn)), quarters, image.size) for turn, quarters in LYING]
    edges, sure = (np.concatenate([guess[place] for guess in guesses]) for place in range(2))
    found: list[Seen] = []
    for left, above, right, below in _surest(Guess(edges, sure)):
        wide, high = (right - left) * GROWN, (below - above) * GROWN
        box = boxed(left - wide, above - high, right + wide, below + high, image.size)
        found += [Seen("face", box)] if box is not None else []
    return found


def _guessed(model: InferenceSession, image: Image.Image) -> Guess:
    share = min(1.0, SIDE / max(image.size))
    size = (max(STEP, round(image.width * share / STEP) * STEP), max(STEP, round(image.height * share / STEP) * STEP))
    points = np.asarray(image.resize(size, Image.Resampling.BILINEAR), np.float32).transpose(2, 0, 1)[None]
    heat, scale, offset, _ = (np.asarray(each)[0] for each in model.run(None, {"input.1": points}))
    row, column = np.nonzero(heat[0] > THRESHOLD)
    sure = heat[0, row, column]
    high, wide = (np.exp(np.clip(scale[place, row, column], -10, 10)) * SPREAD for place in range(2))
    x = (column + offset[1, row, column] + 0.5) * SPREAD - wide / 2
    y = (row + offset[0, row, column] + 0.5) * SPREAD - high / 2
    across, down = image.width / size[0], image.height / size[1]
    return Guess(np.stack([x * across, y * down, (x + wide) * across, (y + high) * down], 1), sure)


def _upright(guess: Guess, quarters: int, size: tuple[int, int]) -> Guess:
    """Return guesses about a picture that was turned as guesses about the picture."""
    left, above, right, below = guess.edges.T
    width, height = size
    if quarters == 1:
        return Guess(np.stack([width - below, left, width - above, right], 1), guess.sure)
    if quarters == 3:
        return Guess(np.stack([above, height - right, below, height - left], 1), guess.sure)
    return guess


def _surest(guess: Guess) -> list[tuple[float, float, float, float]]:
    """Return the edges of guesses, the surest first, without those that mean the same face."""
    order = np.argsort(-guess.sure, kind="stable")[:MOST_GUESSES]
    left, kept = guess.edges[order], list[tuple[float, float, float, float]]()
    while len(left):
        best = left[0]
        kept.append((float(best[0]), float(best[1]), float(best[2]), float(best[3])))
        wide = np.clip(np.minimum(left[:, 2], best[2]) - np.maximum(left[:, 0], best[0]), 0, None)
        high = np.clip(np.minimum(left[:, 3], best[3]) - np.maximum(left[:, 1], best[1]), 0, None)
        areas = (left[:, 2] - left[:, 0]) * (left[:, 3] - left[:, 1])
        apart = wide * high < SAME * (areas + areas[0] - wide * high)
        apart[0] = False
        left = left[apart]
    return kept
