# SPDX-License-Identifier: AGPL-3.0-or-later
"""Tests of the room for hostile files; they need bubblewrap, and fail without it."""
