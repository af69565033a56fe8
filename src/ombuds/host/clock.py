# SPDX-License-Identifier: AGPL-3.0-or-later
"""The one place that reads the clock. Days only: the server keeps no clock on people (promise 4)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

Clock = Callable[[], date]


def today() -> date:
    """Return the day in UTC, the same for everybody whose machine is right."""
    return datetime.now(UTC).date()
