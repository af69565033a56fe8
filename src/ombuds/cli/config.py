# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where the command line keeps what it knows of desks: one file in the person's own folder for settings.

It reads the environment once and decides nothing. See spec/cli.md.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path


def known_file(environment: Mapping[str, str] | None = None) -> Path:
    """Return the place of the file of known desks: ~/.config/ombuds/known unless XDG_CONFIG_HOME names another folder."""
    around = os.environ if environment is None else environment
    chosen = around.get("XDG_CONFIG_HOME", "")
    # A relative folder would depend on where the command is given, and the desk would be asked for again.
    folder = Path(chosen) if Path(chosen).is_absolute() else Path.home() / ".config"
    return folder / "ombuds" / "known"
