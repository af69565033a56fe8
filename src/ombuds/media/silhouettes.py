# SPDX-License-Identifier: AGPL-3.0-or-later
"""Drawn badges for people who join without a photograph: twelve shapes in four colours, chosen by a number, without a word on them.

Each is plain geometry of ours, and no force's real badge. It is a list of polygons on a square of a thousand, from which a page
gets an SVG and the clean process gets points. It touches no picture library. See spec/media.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from math import cos, pi, sin
from types import MappingProxyType
from typing import NamedTuple

SIDE = 1000
Point = tuple[float, float]
Outline = tuple[Point, ...]
GROUND, BODY, TRIM = 0, 1, 2
PALETTES = (
    ("#e9edf2", "#2b3d52", "#c9a54c"),
    ("#ecefe8", "#31493c", "#d3b46a"),
    ("#f3ebe8", "#5c2a33", "#d9b08c"),
    ("#eeeeec", "#3a3c40", "#b9bec6"),
)
"""Ground, body and trim."""


class Layer(NamedTuple):
    """One polygon and the tone that fills it."""

    tone: int
    outline: Outline


Shape = tuple[Layer, ...]


def ring(centre: Point, across: float, down: float, corners: int = 48) -> Outline:
    """Return an ellipse."""
    x, y = centre
    return tuple((x + across * sin(2 * pi * n / corners), y - down * cos(2 * pi * n / corners)) for n in range(corners))


def star(centre: Point, points: int, far: float, near: float) -> Outline:
    """Return a star that stands on two of its points."""
    x, y = centre
    reach = (far, near)
    return tuple((x + reach[n % 2] * sin(pi * n / points), y - reach[n % 2] * cos(pi * n / points)) for n in range(2 * points))


def block(left: float, top: float, right: float, bottom: float) -> Outline:
    """Return a rectangle."""
    return ((left, top), (right, top), (right, bottom), (left, bottom))


def rounded(left: float, top: float, right: float, bottom: float) -> Outline:
    """Return a rectangle whose corners are a sixth of its shorter side."""
    r = min(right - left, bottom - top) / 6
    corners = ((right - r, top + r, 0.0), (right - r, bottom - r, 0.5), (left + r, bottom - r, 1.0), (left + r, top + r, 1.5))
    return tuple((x + r * sin(pi * (turn + n / 12)), y - r * cos(pi * (turn + n / 12))) for x, y, turn in corners for n in range(7))


def curve(*knots: Point) -> Outline:
    """Return a smooth line from the first point to the last, drawn towards the one or two between."""
    steps = [n / 14 for n in range(15)]
    if len(knots) == 3:
        a, b, c = knots
        return tuple((a[0] * (1 - t) ** 2 + 2 * b[0] * t * (1 - t) + c[0] * t * t, a[1] * (1 - t) ** 2 + 2 * b[1] * t * (1 - t) + c[1] * t * t) for t in steps)
    a, b, c, d = knots
    weights = [((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3) for t in steps]
    return tuple((p * a[0] + q * b[0] + r * c[0] + s * d[0], p * a[1] + q * b[1] + r * c[1] + s * d[1]) for p, q, r, s in weights)


def both(half: Iterable[Point]) -> Outline:
    """Return a right half, from the top down, with its mirror image."""
    right = tuple(half)
    return (*right, *((SIDE - x, y) for x, y in reversed(right)))


def smaller(outline: Outline, share: float, centre: Point = (500, 500)) -> Outline:
    """Return an outline drawn together towards a point."""
    return tuple((centre[0] + (x - centre[0]) * share, centre[1] + (y - centre[1]) * share) for x, y in outline)


def turned(outline: Outline, turn: float, centre: Point = (500, 500)) -> Outline:
    """Return an outline turned around a point, by a share of the full circle."""
    c, s = cos(2 * pi * turn), sin(2 * pi * turn)
    return tuple((centre[0] + (x - centre[0]) * c - (y - centre[1]) * s, centre[1] + (x - centre[0]) * s + (y - centre[1]) * c) for x, y in outline)


def bordered(outline: Outline, centre: Point = (500, 500)) -> Shape:
    """Return a body with a line of trim inside its edge."""
    return (Layer(BODY, outline), Layer(TRIM, smaller(outline, 0.9, centre)), Layer(BODY, smaller(outline, 0.865, centre)))


def shield() -> Shape:
    """A shield with a bar across and a star above it."""
    edge = both((*curve((500, 130), (660, 190), (800, 190)), *curve((800, 190), (830, 640), (500, 880))))
    bar = both(((740, 455), (722, 520)))
    return (*bordered(edge, (500, 480)), Layer(TRIM, bar), Layer(TRIM, star((500, 350), 5, 85, 36)))


def sun_star() -> Shape:
    """A star of sixteen rays with a disc."""
    return (
        Layer(BODY, star((500, 500), 16, 390, 300)), Layer(TRIM, ring((500, 500), 235, 235)), Layer(BODY, ring((500, 500), 218, 218)),
        Layer(TRIM, star((500, 500), 8, 150, 62)), Layer(BODY, ring((500, 500), 40, 40)),
    )  # fmt: skip


def seven_star() -> Shape:
    """A star of seven points with balls at their ends, and a ring."""
    balls = tuple(Layer(BODY, turned(ring((500, 128), 34, 34, 24), n / 7)) for n in range(7))
    return (Layer(BODY, star((500, 500), 7, 375, 215)), *balls, Layer(TRIM, ring((500, 500), 175, 175)), Layer(BODY, ring((500, 500), 158, 158)),
            Layer(TRIM, star((500, 500), 5, 105, 42)))  # fmt: skip


def cockade() -> Shape:
    """The oval badge of a cap."""
    fluted = tuple((500 + (290 + 18 * (n % 2)) * sin(2 * pi * n / 64), 500 - (385 + 18 * (n % 2)) * cos(2 * pi * n / 64)) for n in range(64))
    rings = ((TRIM, 0.8), (BODY, 0.755), (TRIM, 0.5), (BODY, 0.44))
    return (Layer(BODY, fluted), *(Layer(tone, smaller(ring((500, 500), 290, 385, 60), share)) for tone, share in rings), Layer(TRIM, ring((500, 500), 62, 84)))


def epaulette() -> Shape:
    """A shoulder board with a stripe, a button and two stars."""
    board = both(((500, 110), (585, 150), (690, 240), (690, 890)))
    stripe = block(485, 330, 515, 862)
    return (*bordered(board, (500, 520)), Layer(TRIM, stripe), Layer(TRIM, ring((500, 245), 42, 42)),
            Layer(BODY, ring((500, 245), 28, 28)), Layer(TRIM, star((410, 640), 5, 48, 20)), Layer(TRIM, star((590, 640), 5, 48, 20)))  # fmt: skip


def whistle() -> Shape:
    """A whistle on its ring."""
    body = (*tuple((410 + 220 * sin(2 * pi * n / 48), 570 - 220 * cos(2 * pi * n / 48)) for n in range(12, 49)), (880, 350), (880, 485), (612, 485))
    loop = (Layer(BODY, ring((205, 345), 78, 78)), Layer(GROUND, ring((205, 345), 50, 50)))
    return (*loop, Layer(BODY, body), Layer(GROUND, ((560, 350), (640, 350), (600, 420), (545, 420))), Layer(TRIM, ring((410, 570), 120, 120)),
            Layer(BODY, ring((410, 570), 100, 100)), Layer(TRIM, block(800, 350, 818, 485)))  # fmt: skip


def chevrons() -> Shape:
    """A sleeve patch with three chevrons."""
    patch = both((*curve((500, 120), (650, 150), (770, 150)), (770, 640), *curve((770, 640), (770, 760), (500, 890))))
    lines = tuple(Layer(TRIM, ((500, y), (690, y + 130), (690, y + 190), (500, y + 60), (310, y + 190), (310, y + 130))) for y in (270, 385, 500))
    return (*bordered(patch, (500, 480)), *lines)


def peaked_cap() -> Shape:
    """A peaked cap, seen from before."""
    crown = both((*curve((500, 215), (640, 215), (870, 330)), *curve((870, 330), (905, 395), (760, 520))))
    band = both((*curve((500, 500), (640, 500), (760, 520)), (740, 640), *curve((740, 640), (620, 620), (500, 620))))
    peak = both((*curve((500, 640), (640, 640), (752, 665)), *curve((752, 665), (720, 800), (500, 810))))
    return (Layer(BODY, crown), Layer(TRIM, band), Layer(BODY, smaller(band, 0.86, (500, 568))), Layer(BODY, peak),
            Layer(TRIM, ring((500, 405), 62, 78)), Layer(BODY, ring((500, 405), 46, 62)), Layer(TRIM, star((500, 408), 5, 38, 16)))  # fmt: skip


def medal() -> Shape:
    """A medal on its ribbon."""
    ribbon = ((340, 110), (660, 110), (660, 400), (500, 490), (340, 400))
    return (Layer(BODY, ribbon), Layer(TRIM, ((455, 110), (545, 110), (545, 465), (500, 490), (455, 465))), Layer(TRIM, ring((500, 515), 34, 34)),
            Layer(BODY, ring((500, 690), 200, 200)), Layer(TRIM, ring((500, 690), 172, 172)), Layer(BODY, ring((500, 690), 158, 158)),
            Layer(TRIM, star((500, 690), 5, 115, 46)))  # fmt: skip


def wreath() -> Shape:
    """Two branches around a star, tied below."""
    leaf = (*curve((500, 140), (540, 205), (500, 292))[::2], *curve((500, 292), (460, 205), (500, 140))[2::2])
    outer = tuple(Layer(BODY, turned(turned(leaf, side * 0.09, (500, 292)), side * n / 22)) for side in (1, -1) for n in range(2, 10))
    inner = tuple(Layer(BODY, turned(turned(leaf, side * -0.13, (500, 292)), side * n / 22)) for side in (1, -1) for n in range(3, 10))
    arc = [(500 + reach * sin(pi * n / 40), 500 - reach * cos(pi * n / 40)) for reach, row in ((215, range(9, 41)), (201, range(40, 8, -1))) for n in row]
    stems = (Layer(BODY, tuple(arc)), Layer(BODY, tuple((SIDE - x, y) for x, y in arc)))
    tie = (Layer(TRIM, ((500, 690), (560, 665), (560, 755), (500, 730), (440, 755), (440, 665))), Layer(TRIM, ring((500, 710), 26, 26, 24)))
    return (*stems, *outer, *inner, *tie, Layer(TRIM, star((500, 480), 5, 135, 54)))


def buckle() -> Shape:
    """The buckle of a belt."""
    plate = rounded(200, 300, 800, 700)
    belt = (Layer(BODY, block(60, 385, 190, 615)), Layer(BODY, block(810, 385, 940, 615)))
    return (*belt, *bordered(plate), Layer(TRIM, ring((500, 500), 128, 128)), Layer(BODY, ring((500, 500), 114, 114)), Layer(TRIM, star((500, 500), 5, 88, 36)))


def token() -> Shape:
    """A token on a chain, its number left out."""
    plate = both((*curve((500, 300), (640, 300), (700, 360)), *curve((700, 360), (790, 620), (500, 880))))
    links = tuple(layer for y in (128, 196, 264) for layer in (Layer(BODY, ring((500, y), 30, 40, 24)), Layer(GROUND, ring((500, y), 15, 24, 24))))
    return (*links, *bordered(plate, (500, 560)), Layer(TRIM, block(385, 520, 615, 545)), Layer(TRIM, block(405, 580, 595, 605)),
            Layer(TRIM, star((500, 430), 5, 58, 24)))  # fmt: skip


SHAPES: MappingProxyType[str, Callable[[], Shape]] = MappingProxyType(
    {
        "shield": shield, "star": seven_star, "rays": sun_star, "cockade": cockade, "epaulette": epaulette, "whistle": whistle, "chevrons": chevrons,
        "cap": peaked_cap, "medal": medal, "wreath": wreath, "buckle": buckle, "token": token,
    }
)  # fmt: skip
COUNT = len(SHAPES) * len(PALETTES)


def chosen(number: int) -> tuple[Shape, tuple[str, str, str]]:
    """Return the polygons and the tones of a drawn badge. Raises ValueError."""
    if not 0 <= number < COUNT:
        raise ValueError("no such drawn badge")
    return tuple(SHAPES.values())[number % len(SHAPES)](), PALETTES[number // len(SHAPES)]


def svg(number: int) -> str:
    """Return a drawn badge as the text of an SVG that names no font, script or address. Raises ValueError."""
    shape, tones = chosen(number)
    paths = "".join(f'<path fill="{tones[layer.tone]}" d="M{"L".join(f"{x:.0f} {y:.0f}" for x, y in layer.outline)}Z"/>' for layer in shape)
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIDE} {SIDE}"><path fill="{tones[GROUND]}" d="M0 0H{SIDE}V{SIDE}H0Z"/>{paths}</svg>'
