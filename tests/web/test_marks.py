# SPDX-License-Identifier: AGPL-3.0-or-later
"""The text that a source agrees to in the browser is drawn with the marks of the public page (T05)."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ombuds.pages.markup import Writer
from tests.web.browser import given as given_by

WRITER = Writer()
TEXTS = (
    "a\n\nb",
    "# One\n\ntext\n\n### Two\n\n#### Three",
    "Title\n=====\n\nSub\n---\ntext",
    "x **b** y *c* z ***both***, snake_case and _so_",
    "**bold *and* it** and *a **b** c*",
    "2 < 3 & 4 > 1 and a * b * c and **unclosed *x*",
    "- a\n- b\n\n1. c\n2. d",
    "- a\n  more\n- b\n\n  para\n- c",
    "- a\n  - b\n  - c\n- d",
    "- a\n\n  > q\n\nend",
    "text\n- item\n2. no",
    "> q\n> r\nlazy\n\nafter",
    "> # h\n> - a\n> - b\n\n## next",
    "a  \nb\\\nc\nd",
    "***\n\n- - -",
    "`code` and ``a ` b`` and \\*not\\* `x",
    "[words](https://desk.example/a_b_(c)) and <https://desk.example>",
    "    code\n    more\n\nafter\n\n```\nx\n  y\n```\nend",
    "Сверхурочные _без_ оплаты\n\n> Нам сказали ждать.",
)
LINES = st.lists(st.sampled_from(("night shifts", "**not** paid", "# Roster", "> wait", "- one", "1. first", "", "*so*", "  more", "---")), max_size=9)
BETWEEN = re.compile(r"\s*\n\s*(?=</?(?:p|ul|ol|li|h\d|blockquote|hr|pre)\b)|(?<=>)\n")


def _page(text: str) -> str:
    made = str(WRITER.html(text)).replace(' rel="noopener noreferrer nofollow"', "")
    return BETWEEN.sub("", made).strip()


def _browser(text: str) -> str:
    return BETWEEN.sub("", str(given_by("marks", text=text))).strip()


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_is_drawn_as_on_the_public_page(text: str) -> None:
    """Headings, paragraphs, lists, quotations, code, emphasis and links are the same elements in the browser and on the page."""
    assert _browser(text) == _page(text)


@settings(max_examples=150, deadline=None)
@given(LINES)
def test_lines_in_any_order_lose_no_word(lines: list[str]) -> None:
    """However marked lines follow each other, the browser shows every word of them in its order."""
    words = re.findall(r"[A-Za-z]+", "\n".join(lines))
    assert re.findall(r"[A-Za-z]+", re.sub(r"<[^>]*>", " ", _browser("\n".join(lines)))) == words


@pytest.mark.parametrize("text", ["[x](javascript:alert(1))", "<script>alert(1)</script>", "![x](https://other.example/a.png)", "[x](data:text/html,a)"])
def test_a_text_makes_no_other_element(text: str) -> None:
    """Addresses that run something, HTML and pictures stay the letters that they are."""
    assert set(re.findall(r"<([a-z]+)", _browser(text))) <= {"p", "a"} and 'href="javascript' not in _browser(text) and 'href="data' not in _browser(text)
