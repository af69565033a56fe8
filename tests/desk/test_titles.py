# SPDX-License-Identifier: AGPL-3.0-or-later
"""How a case is called in lists: by the first sentence of what happened."""

from __future__ import annotations

import pytest

from ombuds.desk.log import TITLE_LENGTH, title_of

TITLES = {
    "beaten in custody": "beaten in custody",
    "What happened?\nBeaten in custody. Twice.\n\nWhere?\nStation 5": "Beaten in custody",
    "Что случилось?\nИзбили в отделе на ул. Ленина. Дважды.\n\nГде?\nОтдел 5": "Избили в отделе на ул. Ленина",
    "Who did it?\nthe chief\n\nWhen?\nin May": "the chief",
    "What happened?\nThey asked: who told? Nobody answered.": "They asked: who told?",
    "\n\n  Forty hours\nwithout sleep.\n\nMore.": "Forty hours without sleep",
    "Is this legal?": "Is this legal?",
    "Correction asked for: Night shifts\n/stories/0123456789abcdef0123456789abcdef/correction\n\nIt ended at six.": "Correction asked for: Night shifts",
    "": "",
}


@pytest.mark.parametrize("report", TITLES)
def test_a_case_is_called_by_its_first_sentence(report: str) -> None:
    """A case's title is the first sentence of what happened, without the form's question above it."""
    assert title_of(report) == TITLES[report]


def test_a_long_sentence_is_cut() -> None:
    """A title has eighty characters at most and shows that something follows."""
    title = title_of("word " * 100)
    assert len(title) <= TITLE_LENGTH and title.endswith("word…")
