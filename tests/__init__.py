# SPDX-License-Identifier: AGPL-3.0-or-later
"""The tests: one folder a room, one plain sentence a test. Begin with tests/story."""
