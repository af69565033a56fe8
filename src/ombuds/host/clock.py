# SPDX-License-Identifier: AGPL-3.0-or-later
"""The one place that reads the clock. Days only: the server keeps no clock on people (promise 4).

The hour and the seconds are for the machine's own work (which batch leaves now, who holds a lease) and are stored with
nothing about people.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

Clock = Callable[[], date]


def today() -> date:
    """Return the day in UTC, the same for everybody whose machine is right."""
    return datetime.now(UTC).date()


def hour() -> int:
    """Return the hour of the day in UTC."""
    return datetime.now(UTC).hour


def seconds() -> int:
    """Return the whole seconds since 1970, for leases between processes."""
    return int(datetime.now(UTC).timestamp())
