# SPDX-License-Identifier: AGPL-3.0-or-later
"""The memory of a server whose threads answer many at once: how many heaps its C library keeps."""

from __future__ import annotations

import subprocess
import sys

import pytest

# Sixteen threads take memory at the same time; then the C library says which heaps it has.
PROGRAM = """
import ctypes, sys, threading
from ombuds.host.memory import keep_few_heaps
if sys.argv[1] == "few":
    keep_few_heaps()
library, together, held = ctypes.CDLL(None), threading.Barrier(16), []
library.malloc.restype = ctypes.c_void_p
def take():
    together.wait()
    held.extend(library.malloc(1000) for _ in range(1000))
    together.wait()
threads = [threading.Thread(target=take) for _ in range(16)]
for each in threads:
    each.start()
for each in threads:
    each.join()
library.malloc_info(0, ctypes.c_void_p.in_dll(library, "stdout"))
library.fflush(None)
"""


@pytest.mark.parametrize(("how", "is_few"), [("few", True), ("plain", False)])
def test_threads_share_two_heaps(how: str, is_few: bool) -> None:
    """A server's threads share two heaps; without the switch they have more, so that the test sees the difference."""
    said = subprocess.run([sys.executable, "-c", PROGRAM, how], check=True, capture_output=True, text=True, timeout=60)
    assert (said.stdout.count("<heap nr=") <= 2) is is_few
