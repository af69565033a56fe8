# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every page and screen keeps the rules of reading, whatever stands in it. See spec/pages.md; T24."""

from __future__ import annotations

import gzip
import inspect
import re
from typing import cast

import pytest
from markupsafe import Markup

from ombuds.pages.desk_render import DeskRenderer
from ombuds.pages.desk_texts import PublishView
from ombuds.pages.languages import DESK, SHIPPED
from ombuds.pages.press import Press
from ombuds.pages.render import Renderer
from ombuds.pages.values import HomePage
from tests.pages import desk_samples, samples
from tests.pages.reading import Reading, check

# Which pages load pictures, each from its own site or desk.
PUBLISHED = "/pictures/s1/1.1.jpg"
POST = "/campaigns/a/posts/b/small.jpg"
OWN_PICTURES = {
    "desk picture": ["/e/picture.png?page=2"],
    **dict.fromkeys(("story", "update", "consent"), [PUBLISHED]),
    "campaign": ["/pictures/c1/1.1.jpg", "/wall/a.jpg", "/badges/3.svg"],
    "wall": ["/wall/a.jpg", "/badges/3.svg"],
    "join": [f"/badges/{number}.svg" for number in (*range(12), 0, 12, 24, 36)],
    "cover": ["data:image/jpeg;base64,+/8="],
    "exactly": ["data:image/jpeg;base64,/+8="],
    "joined": ["/cards/en/a.ab.png"],
    "desk publish": [PUBLISHED, PUBLISHED],
    **dict.fromkeys([f"desk approve{part}" for part in ("", ", no ticked", ", no reason", ", no answer")], [PUBLISHED, PUBLISHED, POST, POST, "/badges/3.svg"]),
    "desk campaigning": [PUBLISHED],
    **dict.fromkeys([f"desk posts{part}" for part in ("", ", alike", ", ruled", ", lacking", ", batch")], [POST, "/badges/3.svg"]),
    **dict.fromkeys(("desk cover", "desk cover, trouble"), ["/campaigns/a/posts/b/large.jpg"]),
    "desk cover, result": ["/campaigns/a/posts/b/covered/3.4/large.jpg", "/campaigns/a/posts/b/large.jpg"],
    "desk on_wall": [POST, "/badges/3.svg"],
}
HOSTILE = "</textarea></title><script>alert(1)</script>\"'><img src=x onerror=alert(1)> \u202eevil\u2066\u200b\x00\x07 %(x)s {{ 7*7 }} &#8238;"
LONG = "Donaudampfschifffahrt" * 60
TEXTS = {"one": "Overtime at night", "long": LONG, "hostile": HOSTILE, "right to left": "שלום עולם", "arabic": "عملٌ إضافي في الليل، 14 ساعة"}
UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
CHECK_US = ("ledger", "charter")


@pytest.fixture(scope="module")
def press() -> Press:
    """The press, built once."""
    return Press()


def full(press: Press, language: str, text: str) -> dict[str, bytes]:
    """Every page and, in a language of the desk, every screen with this text in it."""
    renderer = Renderer(press)
    pages = samples.reading_pages(renderer, language, text) | samples.source_pages(renderer, language, text)
    if language not in DESK:
        return pages
    screens = desk_samples.screens(language, text, renderer, DeskRenderer(press))
    return pages | {f"desk {name}": page for name, page in screens.items()}


def bare(press: Press, language: str) -> dict[str, bytes]:
    """Every page and, in a language of the desk, every screen with nothing in it."""
    if language not in DESK:
        return samples.empty_pages(Renderer(press), language)
    screens = desk_samples.empty_screens(language, DeskRenderer(press))
    return samples.empty_pages(Renderer(press), language) | {f"desk {name}": page for name, page in screens.items()}


@pytest.mark.parametrize("language", SHIPPED)
@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_full_pages_read_well(press: Press, language: str, text: str) -> None:
    """Every page is well formed and has one h1, headings in order and a label at each field, whatever stands in it."""
    for name, page in full(press, language, text).items():
        assert check(page).tags, name


@pytest.mark.parametrize("language", SHIPPED)
def test_empty_pages_read_well(press: Press, language: str) -> None:
    """Every page is well formed and tells something when there is nothing to show."""
    for name, page in bare(press, language).items():
        assert check(page).texts, name


@pytest.mark.parametrize("renderer", [Renderer, DeskRenderer])
def test_every_page_has_a_sample(press: Press, renderer: type) -> None:
    """A page that the renderer knows and the samples do not would never be looked at."""
    names = {name for name, _method in inspect.getmembers(renderer, inspect.isfunction) if not name.startswith("_")} - {"article"}
    prefix = "desk " if renderer is DeskRenderer else ""
    assert {prefix + name for name in names} <= set(bare(press, "en"))


def test_hostile_text_makes_no_element(press: Press) -> None:
    """Text that looks like HTML stays text: no script, no picture, no attribute that runs something."""
    for name, page in full(press, "en", HOSTILE).items():
        reading = check(page)
        assert not reading.named("script", "iframe", "object", "style", "base"), name
        assert [tag.attributes["src"] for tag in reading.named("img")] == OWN_PICTURES.get(name, []), name
        assert not [tag for tag in reading.tags if any(key.startswith("on") or key == "style" for key in tag.attributes)], name


def test_hostile_text_cannot_deceive_the_eye(press: Press) -> None:
    """Direction overrides, zero-width characters and controls reach no page."""
    for name, page in full(press, "en", HOSTILE).items():
        assert not UNSEEN.search(page.decode()), name


def test_a_preview_not_made_by_the_renderer_is_text(press: Press) -> None:
    """A plain string in the place of a preview is shown as text, never as HTML."""
    view = PublishView(previews=(cast(Markup, "<form><b>x</b></form>"),))
    page = DeskRenderer(press).publish(desk_samples.shell(), view)
    assert b"&lt;b&gt;x&lt;/b&gt;" in page


def test_no_link_runs_a_program(press: Press) -> None:
    """A link from outside leads to the web, to mail or nowhere."""
    for name, page in full(press, "en", "plain").items():
        targets = [tag.attributes["href"] for tag in check(page).named("a")]
        assert not [target for target in targets if not re.match(r"(/|#|https?://|mailto:)", target)], name


def test_nothing_is_fetched_from_elsewhere(press: Press) -> None:
    """A page asks for its one stylesheet and for nothing else, but for the one screen that shows a safe picture."""
    for name, page in full(press, "en", "plain").items():
        reading = check(page)
        fetched = [tag.attributes["href"] for tag in reading.named("link") if tag.attributes["rel"] == "stylesheet"]
        assert len(fetched) == 1 and fetched[0].startswith("/static/style.css?v="), name
        assert [tag.attributes["src"] for tag in reading.tags if "src" in tag.attributes] == OWN_PICTURES.get(name, []), name


def test_the_stylesheet_fetches_nothing(press: Press) -> None:
    """The stylesheet names no file, font or picture."""
    assert b"url(" not in press.style and b"@import" not in press.style


@pytest.mark.parametrize(
    ("language", "text", "line"),
    [
        ("ru", "Сверхурочные без оплаты", "Сверхурочные в ночь на {} марта без оплаты и без приказа"),
        ("ar", "عمل إضافي بلا أجر", "عمل إضافي ليلة {} مارس بلا أجر وبلا أمر مكتوب"),
    ],
)
@pytest.mark.parametrize("name", ["home", "report"])
def test_the_first_pages_are_light(press: Press, name: str, language: str, text: str, line: str) -> None:
    """The first page and the report form weigh at most 15 KB each with their stylesheet, in the heavier languages."""
    renderer = Renderer(press)
    lines = tuple(samples.feed(line.format(number)) for number in range(20))
    pages = samples.source_pages(renderer, language, text)
    pages["home"] = renderer.home(samples.shell(language), HomePage(items=lines, pinned=lines[0], solved=41))
    assert len(gzip.compress(pages[name])) + len(gzip.compress(press.style)) <= 15 * 1024


@pytest.mark.parametrize("language", SHIPPED)
def test_the_words_of_the_machinery_stay_under_check_us(press: Press, language: str) -> None:
    """Readers meet epoch, quorum, share and checkpoint under "Check us" and nowhere else."""
    jargon = re.compile(
        r"\b(epoch|quorum|share|checkpoint)s?\b|\bэпох|\bкворум|\bконтрольн\w+ точ|\bдол(я|и|ю|ей|ям)\b|حقبة|نصاب|نقطة مرجعية|النقطة المرجعية|\bال?حص[ةص]",
        re.IGNORECASE,
    )
    for name, page in full(press, language, "7").items():
        if name not in CHECK_US and not name.startswith("desk "):
            words = [text for _inside, text in check(page).texts] + check(page).spoken()
            assert not [text for text in words if jargon.search(text)], name


def test_every_form_of_the_desk_carries_the_token(press: Press) -> None:
    """A form that changes something on the desk cannot be sent from another page."""
    for name, page in full(press, "en", "7").items():
        if name.startswith("desk "):
            assert page.count(b'method="post"') == page.count(b'name="token" value="t0ken"') > 0, name


def test_the_words_of_a_source_are_in_no_address(press: Press) -> None:
    """Each form of an inbox carries the words in its body, sent by POST, and no link carries them."""
    reading = check(samples.source_pages(Renderer(press), "en", "7")["inbox"])
    forms, carried = reading.named("form"), [tag for tag in reading.named("input") if tag.attributes.get("name") == "words"]
    assert {form.attributes["method"] for form in forms} == {"post"} and len(carried) == len(forms)
    assert not [tag for tag in reading.tags if "1 2 3" in tag.attributes.get("href", "") + tag.attributes.get("action", "")]


@pytest.mark.parametrize("name", ["report", "inbox", "consent"])
def test_a_source_is_told_who_will_read(press: Press, name: str) -> None:
    """Before its button, each form of a source says who will read this."""
    words = _words(check(samples.source_pages(Renderer(press), "en", "7")[name]))
    assert "Who will read this:" in words


def test_the_limit_is_told_before_the_upload(press: Press) -> None:
    """The report form names the largest size beside the field for files."""
    assert "2 GB" in _words(check(samples.source_pages(Renderer(press), "en", "7")["report"]))


def test_the_form_keeps_what_was_written(press: Press) -> None:
    """A report that comes back with an error still holds its text, also one that starts with an empty line."""
    page = samples.source_pages(Renderer(press), "en", "\nfirst line <b>")["report"].decode()
    assert '<textarea id="what" name="what" rows="9" dir="auto">\n\nfirst line &lt;b&gt;</textarea>' in page


def test_report_and_inbox_are_always_in_reach(press: Press) -> None:
    """Every public page links to the report form and to the inbox."""
    for name, page in bare(press, "ru").items():
        # What stands in a frame of other sites has one link: to the campaign.
        if not name.startswith("desk ") and name != "embedded":
            targets = {tag.attributes["href"] for tag in check(page).named("a")}
            assert {"/ru/report", "/ru/inbox"} <= targets, name


def _words(reading: Reading) -> str:
    return " ".join(text for _inside, text in reading.texts)
