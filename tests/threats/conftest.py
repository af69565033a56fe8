# SPDX-License-Identifier: AGPL-3.0-or-later
"""The world that the threats come over."""

from __future__ import annotations

from tests.world import world

__all__ = ["world"]
