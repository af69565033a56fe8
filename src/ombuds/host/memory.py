# SPDX-License-Identifier: AGPL-3.0-or-later
"""How many heaps the C library keeps: for programs whose threads answer many at once.

It changes no limit, and nothing on machines whose C library has no such switch. See spec/server.md.
"""

from __future__ import annotations

import ctypes

# From malloc.h of the GNU C library, as is the switch.
M_ARENA_MAX = -8
HEAPS = 2


def keep_few_heaps() -> None:
    """Keep two heaps instead of one for nearly every thread, each of which would keep what its largest answer took; child processes do the same."""
    library = ctypes.CDLL(None)
    if hasattr(library, "mallopt"):
        library.mallopt(M_ARENA_MAX, HEAPS)
