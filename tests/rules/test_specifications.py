# SPDX-License-Identifier: AGPL-3.0-or-later
"""House rule 15: a file names the page that describes it, and the page is there."""

from __future__ import annotations

import re

from tests.rules.tree import ROOT, modules


def test_every_named_specification_exists() -> None:
    """Each page of spec/ that a file of the source names is there."""
    named = {page for m in modules("src") for page in re.findall(r"spec/[a-z_]+\.md", (ROOT / m.path).read_text(encoding="utf-8"))}
    assert sorted(page for page in named if not (ROOT / page).exists()) == []


def test_every_file_of_core_names_its_specification() -> None:
    """Each file of core says which page of spec/ describes it."""
    silent = [m.path for m in modules("src/ombuds/core") if "spec/" not in (ROOT / m.path).read_text(encoding="utf-8")]
    assert [path for path in silent if not path.endswith("__init__.py")] == []
