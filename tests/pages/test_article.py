# SPDX-License-Identifier: AGPL-3.0-or-later
"""The article is the part of a page that is proven: it must come out the same everywhere and for ever (T18)."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from ombuds.pages import values as public
from ombuds.pages.languages import SHIPPED
from ombuds.pages.press import Press
from ombuds.pages.render import Renderer
from tests.pages import samples

KNOWN = Path(__file__).parent / "known"


@pytest.fixture(scope="module")
def renderer() -> Renderer:
    """A renderer, built once."""
    return Renderer()


def test_two_renderers_agree(renderer: Renderer) -> None:
    """Two renderers make the same bytes of one story."""
    assert Renderer(Press()).article(samples.story("x <b>")) == renderer.article(samples.story("x <b>"))


@pytest.mark.parametrize("language", SHIPPED)
def test_the_page_holds_the_article_whole(renderer: Renderer, language: str) -> None:
    """The page of a story holds its article byte for byte, in whatever language the rest of the page is."""
    page = renderer.story(samples.shell(language), samples.story("x"))
    assert str(renderer.article(samples.story("x"))).encode() in page


def test_the_page_of_an_update_holds_its_article(renderer: Renderer) -> None:
    """The page of an update holds its article byte for byte."""
    assert str(renderer.article(samples.update("x"))).encode() in renderer.update(samples.shell(), samples.update("x"))


def test_what_changes_with_time_stays_outside(renderer: Renderer) -> None:
    """A status, a clock, a correction or a proof that came later changes nothing in the article."""
    later = samples.story("x")
    first = msgspec.structs.replace(later, status="published", waiting_days=None, waiting_for="", corrections=(), proof=None, tags=())
    assert renderer.article(first) == renderer.article(later)


@pytest.mark.parametrize("language", SHIPPED)
def test_a_known_story_has_not_changed(renderer: Renderer, language: str) -> None:
    """The article of a known story is what it was, so that pages saved long ago can still be checked."""
    story = msgspec.structs.replace(samples.story("Night & day"), language=language)
    assert renderer.article(story) == (KNOWN / f"story.{language}.html").read_text(encoding="utf-8")


def test_a_known_update_has_not_changed(renderer: Renderer) -> None:
    """The article of a known update is what it was."""
    assert renderer.article(samples.update("They are at the door.")) == (KNOWN / "update.en.html").read_text(encoding="utf-8")


def test_an_article_in_a_language_not_shipped_keeps_its_language(renderer: Renderer) -> None:
    """A story in a language without a catalogue says its language and lets the browser find the direction."""
    story = msgspec.structs.replace(samples.story("x"), language="fa")
    assert '<article id="story" lang="fa" dir="auto">' in renderer.article(story)


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("<b>bold</b>", "<p>&lt;b&gt;bold&lt;/b&gt;</p>"),
        ("![x](https://example.org/x.png)", "<p>!"),
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>"),
        ("[x](https://example.org)", '<a href="https://example.org" rel="noopener noreferrer nofollow">x</a>'),
        ("# a\n\n##### b", "<h2>a</h2>\n<h3>b</h3>"),
        ("&#8238;x", "<p>x</p>"),
        ("```js\nx\n```", "<pre><code>x\n</code></pre>"),
    ],
)
def test_markdown_can_do_little(renderer: Renderer, written: str, wanted: str) -> None:
    """Markdown gives paragraphs, lists, quotations, headings and careful links, and nothing that runs or fetches."""
    story = public.UpdatePage(id="u", version=1, title="t", body=written, language="en", day=samples.DAY)
    assert wanted in renderer.article(story)
