# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a browser does when it saves a page is not a change; what a forger does around the article is (T18)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ombuds.core.errors import ContentChanged, OmbudsError
from ombuds.mirror.saved import compare, read_page

ARTICLE = """<article id="story" lang="en" dir="ltr">
<h1>It&#39;s &#34;sold&#34; &amp; told</h1>
<p class="summary">In short.</p>
<div class="text">
<p>One<br>
two &lt;three&gt;</p>
<hr>
</div>
<p class="basis">
Rests.
</p>
</article>"""
PAGE = f"""<!doctype html>
<html lang="en">
<head><title>x</title></head>
<body>
<header><p>top</header>
<main id="main">
{ARTICLE}
</main>
</body>
</html>
"""

HARMLESS: list[tuple[str, Callable[[str], str]]] = [
    ("nothing", lambda page: page),
    ("quotes written as themselves", lambda page: page.replace("&#34;", '"').replace("&#39;", "'")),
    ("line ends of another system", lambda page: page.replace("\n", "\r\n")),
    ("a mark of byte order", lambda page: "\ufeff" + page),
    ("a remark on where it was saved", lambda page: page.replace("<html", "<!-- saved from url=(0027)https://desk.example/x -->\n<html")),
    ("attributes in another order", lambda page: page.replace('id="story" lang="en" dir="ltr"', 'dir="ltr" lang="en" id="story"')),
    ("capital element names", lambda page: page.replace("<h1>", "<H1>").replace("</h1>", "</H1>")),
    ("elements closed in the way of XML", lambda page: page.replace("<br>", "<br/>").replace("<hr>", "<hr />")),
    ("a style sheet put in", lambda page: page.replace("<title>", "<style>p { color: red }</style><title>")),
    ("marks of a browser's extension", lambda page: page.replace('<html lang="en">', '<html lang="en" data-theme="dark">')),
]

HARMFUL: list[tuple[str, Callable[[str], str], str]] = [
    ("two stories", lambda page: page.replace("</main>", ARTICLE + "</main>"), "two stories"),
    ("a story in a comment", lambda page: page.replace(ARTICLE, f"<!-- {ARTICLE} --><article>False.</article>"), "no story"),
    ("a story in a template", lambda page: page.replace(ARTICLE, f"<template>{ARTICLE}</template>"), "would not see"),
    ("a story in a text field", lambda page: page.replace(ARTICLE, f"<div>{ARTICLE}</div>"), "would not see"),
    (
        "an element left open around the story",
        lambda page: page.replace("<main", "<div><object></div><main", 1).replace(ARTICLE, f"<article>False.</article>{ARTICLE}"),
        "do not close in order",
    ),
    ("a hidden main part", lambda page: page.replace('<main id="main">', '<main id="main" hidden>'), "hides its story"),
    ("a hidden article", lambda page: page.replace('id="story"', 'id="story" hidden'), "the page differs"),
    ("a story that does not end", lambda page: page.split("</article>")[0], "no story"),
    ("a script inside", lambda page: page.replace("<hr>", "<script>x()</script><hr>"), "the page differs in part"),
    ("words joined", lambda page: page.replace("In short.", "Inshort."), "the summary"),
    ("more at the end", lambda page: page.replace("</article>", "<p>False.</p></article>"), "the page differs in the order of its parts"),
]


@pytest.mark.parametrize("saving", [pytest.param(saving, id=name) for name, saving in HARMLESS])
def test_saving_changes_nothing(saving: Callable[[str], str]) -> None:
    """A page that a browser wrote anew is still the same page."""
    compare(read_page(saving(PAGE).encode()), ARTICLE + "\n")


@pytest.mark.parametrize(("forging", "says"), [pytest.param(forging, says, id=name) for name, forging, says in HARMFUL])
def test_tricks_around_the_article_are_named(forging: Callable[[str], str], says: str) -> None:
    """A page that shows the reader something else than its article is refused."""
    with pytest.raises(OmbudsError, match=says):
        compare(read_page(forging(PAGE).encode()), ARTICLE)


@given(st.text(alphabet='<>/="\'!-&;#abhp1 \narticlestory', max_size=80))
def test_no_page_breaks_the_reader(page: str) -> None:
    """Whatever is in a page, reading it ends with a page or with one of our sentences."""
    try:
        read_page(page.encode())
    except OmbudsError:
        pass


@given(st.integers(0, len(ARTICLE) - 1), st.sampled_from("x<>&Q"))
def test_no_changed_letter_passes(place: int, letter: str) -> None:
    """One other letter anywhere in the article is noticed."""
    changed = ARTICLE[:place] + letter + ARTICLE[place + 1 :]
    if changed.casefold() == ARTICLE.casefold():
        return
    with pytest.raises(OmbudsError):
        compare(read_page(PAGE.replace(ARTICLE, changed).encode()), ARTICLE)


def test_the_link_to_the_proof_is_read() -> None:
    """A page says which proof is its own, also after a browser made the address whole."""
    link = f'<link rel="ombuds-proof" href="https://desk.example/stories/{"ab" * 16}.proof">'
    assert read_page(PAGE.replace("<title>", link + "<title>").encode()).subject == "ab" * 16


def test_the_visible_link_to_the_proof_is_read() -> None:
    """Without the link for programs, the one that readers see beside the story says which proof it is."""
    link = f'<p><a href="/stories/{"cd" * 16}.proof" download>Save the proof file</a></p>'
    assert read_page(PAGE.replace("</main>", link + "</main>").encode()).subject == "cd" * 16


def test_a_link_inside_the_story_does_not_choose_the_proof() -> None:
    """A link in the words of a story does not say which proof is the page's own."""
    assert read_page(PAGE.replace("In short.", f'<a href="/{"cd" * 16}.proof">x</a>').encode()).subject == ""


def test_a_difference_is_a_changed_text() -> None:
    """What differs is called a changed text."""
    with pytest.raises(ContentChanged):
        compare(read_page(PAGE.replace("told", "sold").encode()), ARTICLE)
