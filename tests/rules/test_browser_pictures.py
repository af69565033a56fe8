# SPDX-License-Identifier: AGPL-3.0-or-later
"""Pictures are made in the browser without a canvas, which Tor Browser fills with noise and says nothing, and without chance or clock (T13)."""

from __future__ import annotations

import json
import re

from tests.rules.test_browser_core import COLUMNS, IMPORT, MADE, OUTSIDE, _code
from tests.rules.tree import ROOT

CANVAS = re.compile(r"canvas|ImageDecoder|createImageBitmap|ImageBitmap|new ImageData|VideoFrame|getContext|toDataURL|toBlob|drawImage", re.IGNORECASE)
CHANCE = re.compile(r"Math\.random|getRandomValues|randomUUID|\bcrypto\b|\bDate\b|\bperformance\b")
# What browsers count in different ways; a finished picture would tell which one made it.
UNLIKE = re.compile(r"Math\.(?:a?cosh?|a?sinh?|a?tanh?|atan2|exp|expm1|log\w*|pow|cbrt|hypot)\b|\*\*")


def _files(folder: str = "[!n]*") -> dict[str, str]:
    """Return the code of each file of web, comments left out."""
    found = [file for file in sorted((ROOT / "web").glob(f"{folder}/*.ts")) if file.stem not in MADE]
    return {f"{file.parent.name}/{file.stem}": _code(file.read_text(encoding="utf-8")) for file in found}


def test_no_canvas_is_touched() -> None:
    """No file of web names a canvas or another way of the browser to read a picture's points."""
    texts = {**_files(), "build": _code((ROOT / "web" / "build.mjs").read_text(encoding="utf-8"))}
    assert {name: found for name, text in texts.items() if (found := CANVAS.findall(text))} == {}


def test_pictures_know_no_page_and_no_machine() -> None:
    """No file of web/picture names a page, the network, a timer or the clock, and no type of them is there while it is checked."""
    options = json.loads((ROOT / "web" / "picture" / "tsconfig.json").read_text(encoding="utf-8"))
    assert options == {"extends": "../tsconfig.json", "include": ["*.ts"]}
    assert {name: found for name, text in _files("picture").items() if (found := OUTSIDE.findall(text))} == {}


def test_pictures_know_no_chance() -> None:
    """The seed is handed in: no file of web/picture draws one, and none counts in a way that differs between browsers."""
    texts = _files("picture").items()
    assert {name: found for name, text in texts if (found := CHANCE.findall(text) + UNLIKE.findall(text))} == {}


def test_pictures_stand_alone() -> None:
    """A file of web/picture imports files beside it, the tree of failures and the one library."""
    texts = _files("picture").items()
    allowed = re.compile(r"\./\w+\.ts|\.\./core/errors\.ts|jpeg-js")
    assert [f"{name} imports {path}" for name, text in texts for path in IMPORT.findall(text) if not allowed.fullmatch(path)] == []


def test_joining_asks_nobody() -> None:
    """No file of web/join asks the network for anything or keeps anything."""
    forbidden = re.compile(r"\b(?:fetch|XMLHttpRequest|WebSocket|EventSource|importScripts|indexedDB|caches|localStorage|sessionStorage|cookie)\b")
    assert {name: found for name, text in _files("join").items() if (found := forbidden.findall(text))} == {}


def test_every_file_of_pictures_says_what_it_does() -> None:
    """Each file of web/picture and web/join names its specification, and no line is wider than a screen."""
    files = [file for folder in ("picture", "join") for file in (ROOT / "web" / folder).glob("*.ts")]
    texts = {file.name: file.read_text(encoding="utf-8") for file in files}
    assert [name for name, text in texts.items() if "spec/browser.md" not in text[: text.index("*/")].replace("\n * ", " ")] == []
    assert [name for name, text in texts.items() if max(map(len, text.splitlines())) > COLUMNS] == []
