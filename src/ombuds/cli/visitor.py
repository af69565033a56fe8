# SPDX-License-Identifier: AGPL-3.0-or-later
"""A visitor without JavaScript: opens a page, fills in a form that it finds there, and presses its button.

It knows no address but those that stand on pages, as a person would, so a walk with it fails when a link or a form is
missing. It keeps cookies as the client does and runs no script.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser

from ombuds.core.errors import NotHere, RemoteRefused, RemoteSilent
from ombuds.host.remote import Client, NoAnswer

File = tuple[str, bytes, str]
"""Name, content, media type."""


@dataclass
class Form:
    """One form of a page: where it goes, what its fields hold, and what its buttons add."""

    action: str
    multipart: bool
    fields: list[tuple[str, str]] = field(default_factory=list)
    buttons: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Page:
    """What came back."""

    status: int
    address: str
    html: str
    forms: tuple[Form, ...]
    links: tuple[str, ...]

    def form(self, action: str) -> Form:
        """Return the first form whose action ends like this. Raises NotHere."""
        for form in self.forms:
            if form.action.split("?")[0].endswith(action):
                return form
        raise NotHere(f"no form for {action} on this page")

    def value(self, name: str) -> str:
        """Return the value of the first field of that name. Raises NotHere."""
        for form in self.forms:
            for key, value in form.fields:
                if key == name:
                    return value
        raise NotHere(f"no field {name} on this page")


class Visitor:
    """Somebody at a browser that runs no script."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def open(self, address: str) -> Page:
        """Open an address. Raises RemoteSilent, RemoteRefused for a server's own failure."""
        try:
            answer = self._client.get(address, follow_redirects=True)
        except NoAnswer:
            raise RemoteSilent from None
        return _page(answer.status_code, str(answer.url), answer.text)

    def fetch(self, address: str) -> bytes:
        """Save what an address gives. Raises RemoteSilent, RemoteRefused."""
        try:
            answer = self._client.get(address, follow_redirects=True)
        except NoAnswer:
            raise RemoteSilent from None
        if answer.status_code != 200:
            raise RemoteRefused(f"{answer.status_code} for {address}")
        return answer.content

    def send(self, form: Form, values: Mapping[str, str | list[str]], files: tuple[File, ...] = ()) -> Page:
        """Fill in a form and press its button. Raises RemoteSilent, RemoteRefused for a server's own failure."""
        content = self.press(form, values, files)
        return _page(content[0], content[1], content[2].decode())

    def press(self, form: Form, values: Mapping[str, str | list[str]], files: tuple[File, ...] = ()) -> tuple[int, str, bytes]:
        """Fill in a form and take whatever comes back: status, address, bytes."""
        filled: dict[str, str | list[str]] = {}
        for name, value in form.fields:
            held = filled.get(name)
            filled[name] = value if held is None else [*(held if isinstance(held, list) else [held]), value]
        filled.update(values)
        parts = [("files", file) for file in files]
        if form.multipart and not parts:
            parts = [("files", ("", b"", "application/octet-stream"))]
        try:
            answer = self._client.post(form.action, data=filled, files=parts if form.multipart else None, follow_redirects=True)
        except NoAnswer:
            raise RemoteSilent from None
        return answer.status_code, str(answer.url), answer.content


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: list[str] = []
        self._form: Form | None = None
        self._area = self._select = ""
        self._offered = False
        self._text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        if tag == "a" and "href" in has:
            self.links.append(has["href"])
        elif tag == "form":
            self._form = Form(has.get("action", ""), has.get("enctype") == "multipart/form-data")
            self.forms.append(self._form)
        elif self._form is not None:
            self._field(tag, has)

    def _field(self, tag: str, has: dict[str, str]) -> None:
        form = self._form
        if form is None:
            return
        name = has.get("name", "")
        if tag == "input" and name and has.get("type") != "file" and (has.get("type") not in ("checkbox", "radio") or "checked" in has):
            form.fields.append((name, has.get("value", "on" if has.get("type") in ("checkbox", "radio") else "")))
        elif tag == "button" and name:
            form.buttons.append((name, has.get("value", "")))
        elif tag == "textarea":
            self._area, self._text = name, []
        elif tag == "select":
            self._select, self._offered = name, False
            form.fields.append((name, ""))
        elif tag == "option" and self._select and ("selected" in has or not self._offered):
            # As a browser does: the first option, though its value may be empty, unless another one is selected.
            self._offered = True
            form.fields[-1] = (self._select, has.get("value", ""))

    def handle_data(self, data: str) -> None:
        self._text.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._form is not None:
            self._form.fields.append((self._area, "".join(self._text).removeprefix("\n")))
        elif tag == "select":
            self._select = ""
        elif tag == "form":
            self._form = None


def _page(status: int, address: str, html: str) -> Page:
    if status >= 500:
        raise RemoteRefused(f"{status} from {address}")
    reader = _Reader()
    reader.feed(html)
    return Page(status, address, html, tuple(reader.forms), tuple(reader.links))
