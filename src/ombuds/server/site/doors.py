# SPDX-License-Identifier: AGPL-3.0-or-later
"""What programs ask a site for at fixed addresses: sitemap.xml, robots.txt and security.txt.

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
# The protocol's own limit for one file.
MOST_ADDRESSES = 50_000
PLACES = ("/", "/stories", "/report", "/guide", "/about", "/follow", "/press", "/ledger", "/charter")
# What says something about one reader, or is made anew for each.
UNSEEN = ("/inbox", "/search", "/report/")


def sitemap(visit: Visit) -> bytes:
    """Every page that stays, in every language. Raises NotHere where the desk has no address."""
    if not visit.address:
        raise NotHere
    shown = [versions[-1] for versions in visit.shelf.subjects.values() if versions[-1].content]
    latest = sorted(shown, key=lambda each: -each.line.index)[: MOST_ADDRESSES // len(SHIPPED) - len(PLACES)]
    days: list[tuple[str, date | None]] = [*((path, None) for path in PLACES), *((each.path, each.line.day) for each in latest)]
    lines = (
        '<?xml version="1.0" encoding="utf-8"?>',
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml">',
        *(line for path, day in days for line in _addresses(visit, path, day)),
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


def _addresses(visit: Visit, path: str, day: date | None) -> Iterator[str]:
    shell = visit.shell(path)
    others = "".join(f'<xhtml:link rel="alternate" hreflang="{code}" href="{escape(visit.address + shell.elsewhere(code))}"/>' for code in SHIPPED)
    changed = f"<lastmod>{day.isoformat()}</lastmod>" if day else ""
    for code in SHIPPED:
        yield f"<url><loc>{escape(visit.address + shell.elsewhere(code))}</loc>{changed}{others}</url>"
