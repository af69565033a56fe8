# SPDX-License-Identifier: AGPL-3.0-or-later
"""One e-mail to one address, through the mail program of this machine.

It writes no message and knows no reason for one. The envelope has no sender, so that nothing bounces to anybody, and the
greeting does not name the machine. See spec/server.md; T27.
"""

from __future__ import annotations

from smtplib import SMTP, SMTPException

SECONDS = 10.0
NOBODY = ""
GREETING = "localhost"


class NotSent(Exception):
    """The mail program of this machine did not take a message."""


def send(place: tuple[str, int], to: str, message: bytes) -> None:
    """Hand a message to the mail program at this host and port. Raises NotSent."""
    host, port = place
    try:
        with SMTP(host, port, local_hostname=GREETING, timeout=SECONDS) as mail:
            mail.sendmail(NOBODY, [to], message)
    except (OSError, SMTPException):
        # What the other side said may hold the address: it goes no further.
        raise NotSent from None
