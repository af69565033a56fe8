# SPDX-License-Identifier: AGPL-3.0-or-later
"""The reminder that members may ask for: one e-mail at fixed hours of every day, the same whatever happened.

It is sent when nothing came, too: one that came only with something new would tell whoever sees the mail on which day
somebody reported (T11, T27). It holds no count, name, link or word of the desk, and asks the store nothing. What differs
from one to the next is its day and hour, and the address. It sends nothing itself. See spec/server.md and adr/0019.
"""

from __future__ import annotations

from base64 import encodebytes
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from email.utils import format_datetime

from ombuds.core.keys import hash_of
from ombuds.host.logs import log_error
from ombuds.host.mail import NotSent, send
from ombuds.pages.languages import Language, mark
from ombuds.server.http.parts import Parts
from ombuds.server.store import housekeeping as house

KIND = "reminder-"
SENDER = "nobody@reminder.invalid"
SUBJECT = "Reminder"
SAID = mark("Have a look when you can. This reminder comes at the same hours of every day, whatever happened. Nobody reads an answer to it.")


def notice(to: str, languages: Sequence[Language], day: date, hour: int) -> bytes:
    """Return the whole message for one address at one hour of a day."""
    said = "\r\n\r\n".join(language.said(SAID) for language in languages) + "\r\n"
    head = (
        f"Date: {format_datetime(datetime.combine(day, time(hour), UTC))}",
        f"From: {SENDER}",
        f"To: {to}",
        f"Subject: {SUBJECT}",
        f"Message-ID: <{hash_of(f'{day} {hour} {to}'.encode())[:32]}@reminder.invalid>",
        "Auto-Submitted: auto-generated",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: base64",
    )
    return "\r\n".join((*head, "", encodebytes(said.encode()).decode("ascii").replace("\n", "\r\n"))).encode("ascii")


def remind(parts: Parts, hour: int) -> int:
    """Send every reminder that belongs to this hour of today, once, and return how many went. Raises StoreBusy, StoreFull."""
    settings, today, kind = parts.settings, parts.today, f"{KIND}{hour:02d}"
    if hour not in settings.reminder_slots or not settings.reminded:
        return 0
    with parts.store.write() as connection:
        if house.left_on(connection, kind) == today:
            return 0
        # Before it is sent: one that failed is left out, and none comes twice or at another hour.
        house.has_left(connection, kind, today)
    languages = sorted(parts.languages.values(), key=lambda language: language.code)
    return sum(_sent(settings.mail_place, to, notice(to, languages, today, hour)) for to in settings.reminded)


def _sent(place: tuple[str, int], to: str, message: bytes) -> bool:
    try:
        send(place, to, message)
    except NotSent as wrong:
        log_error("a reminder was not sent", wrong)
        return False
    return True
