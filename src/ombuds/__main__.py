# SPDX-License-Identifier: AGPL-3.0-or-later
"""``python -m ombuds`` is the same as ``ombuds``."""

from ombuds.cli.main import main

main()
