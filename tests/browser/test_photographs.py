# SPDX-License-Identifier: AGPL-3.0-or-later
"""A photograph becomes the same bytes in every browser, whatever it does to canvases, scripts or sines (T13)."""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser

from tests.browser.browsers import firefox, window
from tests.browser.darkroom import darkroom, order
from tests.browser.hands import Hands
from tests.media.corpus import CANARY, heif, photo, png, saved
from tests.web.photographs import box, finished, scene

SEED = bytes(range(100, 132))
BOXES = [box(0.1, 0.2, 0.3, 0.5), box(0.6, 0.6, 0.7, 0.9)]
FILES = {"a.jpg": photo(6, 800, 600), "b.png": saved(scene(700, 500), "PNG"), "c.png": png(), "d.heic": heif(), "e.jpg": photo()[:900]}
# As Tor Browser is set, and as its level "Safer" does besides: no compiled scripts.
RESISTING: dict[str, str | int | bool] = {"privacy__resistFingerprinting": True}
SAFER = {**RESISTING, **dict.fromkeys(("javascript__options__ion", "javascript__options__baselinejit", "javascript__options__wasm"), False)}
SETTINGS: dict[str, dict[str, str | int | bool]] = {"plain": {}, "resisting": RESISTING, "safer": SAFER}


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """A server with the bare page and the files."""
    with darkroom(FILES) as at:
        yield at


def _heard(hands: Hands, address: str, name: str) -> list[dict[str, Any]]:
    hands.open("about:blank")
    hands.open(f"{address}/#{quote(f'{name}|{order(BOXES, SEED)}')}")
    hands.wait("#done")
    return [json.loads(line) for line in hands.texts("#heard li")]


def _last(hands: Hands, address: str) -> dict[str, str]:
    """Return the hash of what was made of each file that can be handled."""
    return {name: _hash(b64decode(_heard(hands, address, name)[-1]["made"]["large"]["jpeg"])) for name in ("a.jpg", "b.png", "c.png")}


def _hash(content: bytes) -> str:
    return sha256(content).hexdigest()


@pytest.mark.parametrize("setting", SETTINGS)
def test_firefox_makes_the_same_bytes(setting: str, address: str, tmp_path: Path) -> None:
    """Firefox makes of each file what node makes of it: as it comes, resisting fingerprinting, and without compiled scripts."""
    with firefox(tmp_path / "fox", **SETTINGS[setting]) as hands:
        made = _last(hands, address)
        frames = hands.texts("#frames")
    # What resists fingerprinting has no frames of videos: the setting was in force.
    assert frames == ["function" if setting == "plain" else "undefined"]
    assert made == {name: _hash(finished(FILES[name], BOXES, SEED)) for name in made}


def test_chromium_makes_the_same_bytes(browser: Browser, address: str) -> None:
    """Chromium makes of each file what node makes of it."""
    with window(browser, True) as hands:
        made = _last(hands, address)
    assert made == {name: _hash(finished(FILES[name], BOXES, SEED)) for name in made}


def test_the_worker_says_what_it_does(browser: Browser, address: str) -> None:
    """The page hears what the file tells, each step before it begins, the preview, and the finished picture with its size."""
    with window(browser, True) as hands:
        heard = _heard(hands, address, "a.jpg")
    steps = ["begun", "findings", "decoding", "preview", "preview", "finishing", "finished"]
    assert [each.get("step", each["told"]) for each in heard] == steps
    assert {"name": "camera", "value": f"Acme Zeta {CANARY}"} in heard[1]["findings"]
    assert (heard[4]["full"], heard[6]["made"]["large"]["height"]) == ({"width": 600, "height": 800}, 1080)


@pytest.mark.parametrize(("name", "why"), [("d.heic", "kind"), ("e.jpg", "broken")])
def test_the_worker_says_what_it_cannot_do(name: str, why: str, browser: Browser, address: str) -> None:
    """A kind that is not handled here, and a broken file, are told by name, and the page can offer the server's way."""
    with window(browser, True) as hands:
        assert _heard(hands, address, name)[-1] == {"told": "failed", "why": why}
