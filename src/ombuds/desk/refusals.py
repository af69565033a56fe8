# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the server refuses, as errors of ours: only those that a server may rightly make are taken by their name.

Anything else is the server's own word, shortened and shown as such (T05). It asks nothing. See spec/wire.md.
"""

from __future__ import annotations

from ombuds.core import errors
from ombuds.core.encoding import decode
from ombuds.core.errors import Malformed, OmbudsError, RemoteRefused
from ombuds.core.wire import CALL_UNKNOWN, Refusal
from ombuds.pages.languages import mark

LONGEST_SENTENCE = 300
OTHER_VERSION = mark(
    "The server does not know this request: it runs another version of ombuds than this desk. Ask who keeps it to bring it up to date; the rest goes on."
)

# What a server may rightly refuse by name. Never a word on members' shares, on forks or on tampering: the desk finds those.
BY_NAME: tuple[type[OmbudsError], ...] = (
    errors.AlreadyUsed,
    errors.CharterRefused,
    errors.EntryRefused,
    errors.Expired,
    errors.FreshnessStale,
    errors.Malformed,
    errors.NoConsent,
    errors.NotAMember,
    errors.NotEnough,
    errors.NotHere,
    errors.NotThisApproval,
    errors.OrderWrong,
    errors.RequestRefused,
    errors.Stopped,
    errors.StoreBusy,
    errors.StoreFull,
    errors.TooLarge,
)


def refusal(status: int, content: bytes) -> OmbudsError:
    """Return what the server refused as an error of ours."""
    try:
        said = decode(content, Refusal)
    except Malformed:
        return RemoteRefused(f"status {status}")
    if said.error == CALL_UNKNOWN:
        other = RemoteRefused()
        other.help = OTHER_VERSION
        return other
    sentence = "".join(c for c in said.sentence[:LONGEST_SENTENCE] if c.isprintable())
    for kind in BY_NAME:
        if kind.__name__ == said.error:
            own = kind().sentence
            return kind(sentence.removeprefix(own).strip(" ()"))
    return RemoteRefused(sentence)
