# SPDX-License-Identifier: AGPL-3.0-or-later
"""T12: a source's file that means harm is opened in a cell alone; the desk stays up, and nothing outside the cell is touched.

What a program in a cell can and cannot do is tried in tests/media/test_cell.py, damaged files in tests/media/test_hostile.py.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.desk.desks import institution
from tests.desk.test_evidence import Table, table_of
from tests.media.corpus import CANARY, bomb, deep, gif, heif, locked, pdf, photo, png, png_of, scripted

HOSTILE = {
    "bomb.png": bomb(12_000, 12_000),
    "header.png": png_of(65_000, 65_000, b""),
    "cut.jpg": photo()[:900],
    "photo.jpg": b"<html><script>alert(1)</script>",
    "both.jpg": photo() + scripted(),
    "both.pdf": scripted() + photo(),
    "script.pdf": scripted(),
    "long.pdf": pdf(10_000),
    "deep.pdf": deep(),
    "locked.pdf": locked(),
    "page.png": png(),
    "moving.gif": gif(),
    "phone.heic": heif(),
    "..\\..\\etc\\passwd": b"root",
    "\u202egpj.exe": b"MZ" + bytes(200),
}
DECODERS = ("PIL", "pillow_heif", "_pillow_heif", "pypdfium2", "pypdfium2_raw")


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Table]:
    """A desk to which a source sent everything that is in the list."""
    with institution(tmp_path_factory.mktemp("hostile")) as world:
        yield table_of(world, HOSTILE)


@pytest.mark.parametrize("name", HOSTILE)
def test_the_desk_stays_up(table: Table, name: str) -> None:
    """Whatever the file is, its screen answers with a picture or a plain sentence, and so does the next screen."""
    assert table.makes(name).status_code in (200, 409) and table.browser.open("/cases").status_code == 200


def test_the_case_shows_no_file(table: Table) -> None:
    """The case with all these files loads not one of them: each is a line with its name, its hash and two ways to it."""
    page = table.browser.open(table.places["photo.jpg"].partition("/files/")[0])
    assert "<img" not in page.text and "img-src data:;" in page.headers["content-security-policy"]


def test_saving_is_the_only_way_to_the_original(table: Table) -> None:
    """An original comes as an attachment of no type, which no browser opens."""
    saved = table.browser.open(table.places["script.pdf"].removesuffix("/picture"))
    assert (saved.headers["content-type"], saved.headers["content-disposition"][:10]) == ("application/octet-stream", "attachment")


def test_nothing_of_a_file_is_on_the_disk(table: Table) -> None:
    """After all pictures were made, neither what the files hold nor a picture lies in any folder of the desk or the server."""
    for name in HOSTILE:
        table.makes(name)
    needles = (CANARY.encode(), b"\x89PNG", b"%PDF-")
    found = [str(path) for path in table.world.folder.rglob("*") if path.is_file() and any(needle in path.read_bytes() for needle in needles)]
    assert found == []


def _modules(program: str) -> list[str]:
    return subprocess.run([sys.executable, "-c", f"import sys\n{program}\nprint(*sys.modules)"], capture_output=True, text=True, check=True).stdout.split()


def test_no_decoder_is_in_the_desks_process(tmp_path: Path) -> None:
    """A process that has the whole desk in it, and has just made safe pictures, has no decoder in it."""
    (tmp_path / "photo").write_bytes(photo())
    (tmp_path / "order").write_bytes(pdf())
    make = f"import ombuds.desk.app\nfrom ombuds.media.cell import draw\nfor name in ('photo', 'order'): draw(open('{tmp_path}/' + name, 'rb').read())"
    assert [name for name in _modules(make) if name.split(".")[0] in DECODERS] == []


def test_a_cell_has_none_of_the_desk() -> None:
    """What a cell could import of ombuds is the room for hostile files alone."""
    assert [name for name in _modules("import ombuds.media.inside, ombuds.media.answer") if name.startswith("ombuds") and ".media" not in name] == ["ombuds"]
