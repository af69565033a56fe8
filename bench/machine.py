# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the figures were taken on: processor, memory, system and the versions that matter."""

from __future__ import annotations

import os
import platform
import ssl
from importlib.metadata import version
from pathlib import Path

PACKAGES = ("ombuds", "granian", "starlette", "sqlalchemy", "cryptography", "msgspec", "jinja2", "python-multipart", "apsw-sqlite3mc", "pillow")


def machine() -> dict[str, str]:
    """Describe the machine."""
    return {
        "processor": _line("/proc/cpuinfo", "model name"),
        "cores": str(len(os.sched_getaffinity(0))),
        "memory": _line("/proc/meminfo", "MemTotal"),
        "system": platform.platform(),
        "busy before": f"{os.getloadavg()[0]:.1f} (load of the last minute)",
    }


def versions() -> dict[str, str]:
    """List the versions of what is measured."""
    return {"python": platform.python_version(), "openssl": ssl.OPENSSL_VERSION, **{name: version(name) for name in PACKAGES}}


def _line(path: str, name: str) -> str:
    for line in Path(path).read_text().splitlines():
        if line.startswith(name):
            return line.partition(":")[2].strip()
    return "unknown"
