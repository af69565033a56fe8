# SPDX-License-Identifier: AGPL-3.0-or-later
"""The press: one Jinja environment for each language, with the filters and labels that every page uses.

Escaping is on for every template, a name that is not there is an error and not an empty place, and every finished page
goes through `shown`, so that no value can smuggle in a character that deceives the eye. It is built once and holds no
page. See spec/pages.md; T24.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from importlib import resources
from urllib.parse import urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from ombuds.pages import labels
from ombuds.pages.bundle import REFUSALS, Bundle, Joining
from ombuds.pages.campaign_values import CampaignPage
from ombuds.pages.desk_values import DeskShell
from ombuds.pages.languages import NAMES, Language, load, name_of
from ombuds.pages.markup import Writer
from ombuds.pages.text import isolated, paragraphs, shown
from ombuds.pages.values import Shell, StoryPage, UpdatePage


class Press:
    """Renders templates with values; one environment a language."""

    def __init__(
        self,
        languages: Mapping[str, Language] | None = None,
        bundle: Bundle | None = None,
        desks: tuple[tuple[str, str], ...] = (),
        joining: Joining | None = None,
        hours: tuple[int, ...] = (),
    ) -> None:
        self._languages, self.bundle, self._desks, self.joining = languages or load(), bundle, desks, joining
        self._hours = tuple(f"{hour:02}:00" for hour in hours)
        self._writer = Writer()
        self.style = _static("style.css")
        self.wordmark = _static("wordmark.svg")
        self._printed = sha256(self.style).hexdigest()[:8]
        self._environments = {code: self._environment(language) for code, language in self._languages.items()}

    def page(self, template: str, shell: Shell | DeskShell, page: object, article: Markup | None = None) -> bytes:
        """Render one page in the shell's language, or in English if it is not shipped."""
        prepared = self._environments.get(shell.language, self._environments["en"])
        return shown(prepared.get_template(template).render(shell=shell, page=page, article=article)).encode()

    def article(self, story: StoryPage | UpdatePage | CampaignPage) -> Markup:
        """Render the article alone, in the language of the story, or with English labels if that is not shipped."""
        prepared = self._environments.get(story.language, self._environments["en"])
        return Markup(shown(prepared.get_template("article.html").render(story=story)))  # noqa: S704 - an escaped template

    def said(self, sentence: str, language: str) -> str:
        """One of our sentences in a language, or in English if that is not shipped."""
        return self._languages.get(language, self._languages["en"]).said(sentence)

    def _environment(self, language: Language) -> Environment:
        made = Environment(
            loader=PackageLoader("ombuds.pages", "templates"),
            extensions=["jinja2.ext.i18n"],
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            auto_reload=False,
        )
        made.policies["ext.i18n.trimmed"] = True
        made.install_gettext_callables(language.sentences.gettext, language.sentences.ngettext, newstyle=True)  # type: ignore[attr-defined]
        made.filters |= {
            "day": language.day,
            "size": language.size,
            "language": name_of,
            "said": language.told,
            "bdi": isolated,
            "paragraphs": paragraphs,
            "web_address": _web_address,
            "inside": _inside,
            "markdown": self._writer.html,
            "label": lambda word, table: language.said(labels.label_of(table, word)),
        }
        made.globals |= {
            "here": language,
            "language_names": NAMES,
            "direction_of": self._direction,
            "problems": labels.PROBLEMS,
            "wishes": labels.WISHES,
            "style": f"style.css?v={self._printed}",
            "script": self.bundle,
            "joins": self.joining,
            "refusals": REFUSALS,
            "desks": self._desks,
            "hours": self._hours,
            "wordmark": Markup(self.wordmark.decode().strip()),  # noqa: S704 - a file of this package
        }
        return made

    def _direction(self, code: str) -> str:
        # A language we do not ship may be written from the right: let the browser look at its letters.
        language = self._languages.get(code)
        return language.direction if language else "auto"


def _inside(article: Markup | None) -> Markup:
    # A page has one h1 and one #story; a preview inside another page therefore gives its own away.
    text = "" if article is None else str(Markup.escape(article))
    return Markup(text.replace('<article id="story"', "<article", 1).replace("<h1>", '<h2 class="title">').replace("</h1>", "</h2>"))  # noqa: S704 - escaped above


def _web_address(address: str) -> str:
    # An address is a value like any other: one that would run something is shown as leading nowhere.
    try:
        return address if urlsplit(address).scheme in ("http", "https") else "#"
    except ValueError:
        return "#"


def _static(name: str) -> bytes:
    return resources.files("ombuds.pages").joinpath("static", name).read_bytes()
