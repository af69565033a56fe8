# SPDX-License-Identifier: AGPL-3.0-or-later
"""Writing in points: where the detection model of PP-OCRv4 sees letters, as boxes. Nothing is ever read.

The model that would read them is not in this cell, and no part of this program knows it: what a badge's number is stays
unknown to the machine (T14). Run in a warm cell alone; see spec/media.md and adr/0022.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil, hypot, sqrt

import numpy as np
from onnxruntime import InferenceSession
from PIL import Image

from ombuds.media.faces import STEP, Numbers
from ombuds.media.order import Box
from ombuds.media.seen import Seen, boxed

MODEL = "ch_PP-OCRv4_det_infer.onnx"
# Small letters are found in a picture that is made larger, and not in a small one; beyond three times nothing is gained.
SIDE, MOST_POINTS, MOST_LARGER = 1600, 1600 * 1200, 3.0
LIKELY, SURE, OUTWARD = 0.3, 0.5, 1.6
# Points of the model's map are joined in squares of four.
CELL = 4
# A line that is written slantwise fills little of the box around it: it is covered in pieces.
SLANTED, PIECE = 0.45, 2.0
# Boxes are joined where that covers little more.
JOINED = 1.3
# Of what is left, nobody could read these.
SMALLEST = 12
MOST_JOINED = 400


def writing(model: InferenceSession, image: Image.Image) -> list[Seen]:
    """Return boxes around writing, the largest first."""
    share = min(MOST_LARGER, SIDE / max(image.size), sqrt(MOST_POINTS / (image.width * image.height)))
    size = (max(STEP, round(image.width * share / STEP) * STEP), max(STEP, round(image.height * share / STEP) * STEP))
    points = np.asarray(image.resize(size, Image.Resampling.BILINEAR), np.float32)[:, :, ::-1].transpose(2, 0, 1)
    likely = np.asarray(model.run(None, {"x": np.ascontiguousarray(points[None] / 127.5 - 1)})[0])[0, 0]
    across, down = image.width / size[0], image.height / size[1]
    found: list[Box] = []
    for left, above, right, below in _regions(likely):
        box = boxed(left * across, above * down, right * across, below * down, image.size)
        found += [box] if box is not None else []
    return [Seen("text", box) for box in sorted(_joined(found), key=lambda box: -box.width * box.height) if max(box.width, box.height) >= SMALLEST]


def _regions(likely: Numbers) -> Iterator[tuple[float, float, float, float]]:
    """Yield the edges of what the model takes for lines, each grown to the letters: the model marks their middle."""
    is_text = likely > LIKELY
    counts, sums = _squares(is_text.astype(np.float32)), _squares(np.where(is_text, likely, 0))
    for rows, columns in _connected(counts > 0):
        points = float(counts[rows, columns].sum())
        if float(sums[rows, columns].sum()) < SURE * points:
            continue
        high, wide = (int(each.max() - each.min()) + 1 for each in (rows, columns))
        filled, long, pieces = len(rows) / (high * wide), float(max(high, wide)), 1
        if filled < SLANTED:
            long = hypot(high, wide)
            pieces = max(1, ceil(max(high, wide) / (PIECE * max(2.0, len(rows) / long))))
        thick = points / (long * CELL)
        grown = points * OUTWARD / (2 * (long * CELL + thick)) + 1
        along = columns if wide >= high else rows
        part = (along - along.min()) * pieces // (int(along.max() - along.min()) + 1)
        for piece in range(pieces):
            here = part == piece
            if here.any():
                x, y = columns[here] * CELL, rows[here] * CELL
                yield x.min() - grown, y.min() - grown, x.max() + CELL + grown, y.max() + CELL + grown


def _squares(values: Numbers) -> Numbers:
    high, wide = values.shape
    return np.asarray(values.reshape(high // CELL, CELL, wide // CELL, CELL).sum((1, 3)))


def _connected(marked: Numbers) -> Iterator[tuple[Numbers, Numbers]]:
    """Yield rows and columns of squares that touch each other, also over a corner."""
    runs, group = list[tuple[int, int, int]](), list[int]()

    def first(place: int) -> int:
        while group[place] != place:
            group[place] = group[group[place]]
            place = group[place]
        return place

    above: list[int] = []
    for row, line in enumerate(marked):
        ends = np.flatnonzero(np.diff(np.concatenate(([0], line.astype(np.int8), [0]))))
        here: list[int] = []
        for left, right in ends.reshape(-1, 2).tolist():
            place = len(runs)
            runs.append((row, left, right))
            group.append(place)
            here.append(place)
            for other in above:
                if runs[other][1] <= right and left <= runs[other][2]:
                    group[first(other)] = first(place)
        above = here
    together: dict[int, list[tuple[int, int, int]]] = {}
    for place, run in enumerate(runs):
        together.setdefault(first(place), []).append(run)
    for some in together.values():
        rows = np.concatenate([np.full(right - left, row) for row, left, right in some])
        yield rows, np.concatenate([np.arange(left, right) for _, left, right in some])


def _joined(boxes: list[Box]) -> list[Box]:
    """Return boxes of which none could be joined with another without covering much more; very many stay as they are."""
    left = list(boxes)
    if len(left) > MOST_JOINED:
        return left
    again = True
    while again:
        again = False
        for place, one in enumerate(left):
            for other in left[place + 1 :]:
                both = _around(one, other)
                if both.width * both.height <= JOINED * (one.width * one.height + other.width * other.height):
                    left = [box for box in left if box is not one and box is not other] + [both]
                    again = True
                    break
            if again:
                break
    return left


def _around(one: Box, other: Box) -> Box:
    x, y = min(one.x, other.x), min(one.y, other.y)
    return Box(x, y, max(one.x + one.width, other.x + other.width) - x, max(one.y + one.height, other.y + other.height) - y)
