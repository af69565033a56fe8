# SPDX-License-Identifier: AGPL-3.0-or-later
"""What programs ask a site for at fixed addresses: sitemap.xml with its parts, robots.txt and security.txt.

Nothing is promised that nobody said: without a contact in the settings there is no security.txt, and it runs out with the
charter. See the sitemap protocol, RFC 9309, RFC 9116 and spec/site.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from html import escape

from ombuds.core.errors import NotHere
from ombuds.pages.languages import DESK, SHIPPED
from ombuds.server.site.ready import Visit

XML = "application/xml; charset=utf-8"
TEXT = "text/plain; charset=utf-8"
# Of all languages together, so that a part stays small enough to be read in one breath.
MOST_ADDRESSES = 1_000
PLACES = ("/", "/stories", "/report", "/guide", "/about", "/follow", "/press", "/ledger", "/charter")
# What says something about one reader, or is made anew for each.
UNSEEN = ("/inbox", "/search", "/report/")
LONGEST_NUMBER = 5


def sitemap(visit: Visit) -> bytes:
    """The parts in which every page that stays is named, each with the day of its newest text. Raises NotHere where the desk has no address."""
    parts = enumerate(_parts(visit), start=1)
    lines = (
        '<?xml version="1.0" encoding="utf-8"?>',
        '<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">',
        *(f"<sitemap><loc>{escape(visit.address)}/sitemap-{number}.xml</loc>{_changed(_newest(part))}</sitemap>" for number, part in parts),
        "</sitemapindex>",
    )
    return "\n".join(lines).encode()


def sitemap_part(visit: Visit) -> bytes:
    """One part: its pages in every language. Raises NotHere for a part that is not there."""
    parts, number = _parts(visit), visit.path["part"]
    if not number.isascii() or not number.isdigit() or len(number) > LONGEST_NUMBER or not 0 < int(number) <= len(parts):
        raise NotHere
    lines = (
        '<?xml version="1.0" encoding="utf-8"?>',
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml">',
        *(line for path, day in parts[int(number) - 1] for line in _addresses(visit, path, day)),
        "</urlset>",
    )
    return "\n".join(lines).encode()


def robots(visit: Visit) -> bytes:
    """Which addresses are of no use to a search engine."""
    lines = ["User-agent: *", *(f"Disallow: /{code}{path}" for code in SHIPPED for path in UNSEEN), "Disallow: /api/"]
    if visit.address:
        lines.append(f"Sitemap: {visit.address}/sitemap.xml")
    return "\n".join([*lines, ""]).encode()


def security(visit: Visit) -> bytes:
    """Whom to tell of a weakness in this site. Raises NotHere if the settings name nobody."""
    contacts = visit.parts.settings.security_contacts
    if not contacts:
        raise NotHere
    lines = [f"Contact: {contact}" for contact in contacts]
    # A desk whose members no longer confirm it answers nobody: the file is out of date when their charter is.
    lines += [f"Expires: {visit.record.charter.charter.expires.isoformat()}T00:00:00Z", f"Preferred-Languages: {', '.join(DESK)}"]
    if visit.address:
        lines.append(f"Canonical: {visit.address}/.well-known/security.txt")
    return "\n".join([*lines, ""]).encode()


def parted(paths: list[tuple[str, date | None]]) -> list[list[tuple[str, date | None]]]:
    """Return pages in parts that hold few enough addresses when each page has one in every language."""
    most = MOST_ADDRESSES // len(SHIPPED)
    return [paths[start : start + most] for start in range(0, len(paths), most)]


def _parts(visit: Visit) -> list[list[tuple[str, date | None]]]:
    if not visit.address:
        raise NotHere
    # Oldest first, so that a part that is full changes only with what stands in it.
    subjects = sorted((versions for versions in visit.shelf.subjects.values() if versions[-1].content), key=lambda versions: versions[0].line.index)
    paths: list[tuple[str, date | None]] = [*((path, None) for path in PLACES), *((versions[-1].path, versions[-1].line.day) for versions in subjects)]
    return parted(paths)


def _newest(part: list[tuple[str, date | None]]) -> date | None:
    return max((day for _, day in part if day), default=None)


def _changed(day: date | None) -> str:
    return f"<lastmod>{day.isoformat()}</lastmod>" if day else ""


def _addresses(visit: Visit, path: str, day: date | None) -> Iterator[str]:
    shell = visit.shell(path)
    others = "".join(f'<xhtml:link rel="alternate" hreflang="{code}" href="{escape(visit.address + shell.elsewhere(code))}"/>' for code in SHIPPED)
    for code in SHIPPED:
        yield f"<url><loc>{escape(visit.address + shell.elsewhere(code))}</loc>{_changed(day)}{others}</url>"
