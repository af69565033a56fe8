# SPDX-License-Identifier: AGPL-3.0-or-later
"""Since when a form is open: a time in the form itself, cut to ten seconds and signed, and stored nowhere (T11, T20).

A page without JavaScript cannot work for its post; that its form was open a moment counts as much. A ticket is good for its
form alone. See spec/effort.md.
"""

from __future__ import annotations

from collections.abc import Callable

from ombuds.core.keys import Id, mac_of, same
from ombuds.host.clock import seconds

STEP, LEAST, LONGEST = 10, 10, 24 * 60 * 60


def ticket(key: bytes, nonce: Id, clock: Callable[[], int] = seconds) -> str:
    """Return the ticket of a form that is handed out now."""
    return _signed(key, nonce, clock() // STEP)


def waited(key: bytes, nonce: Id, brought: str, clock: Callable[[], int] = seconds) -> bool:
    """Whether a form was open for ten seconds at least, and no longer than a day."""
    written = brought.partition("-")[0]
    if not (written.isascii() and written.isdigit() and len(written) < 12):
        return False
    began = int(written)
    # The ticket of a step was handed out within it, so that it is surely old enough when a whole step has passed after its end.
    open_for = clock() - (began + 1) * STEP
    return LEAST <= open_for <= LONGEST and same(_signed(key, nonce, began).encode(), brought.encode())


def _signed(key: bytes, nonce: Id, began: int) -> str:
    said = "\x00".join(("ombuds ticket", nonce, str(began)))
    return f"{began}-{mac_of(key, said.encode()).hex()}"
