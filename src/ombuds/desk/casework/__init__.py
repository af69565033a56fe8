# SPDX-License-Identifier: AGPL-3.0-or-later
"""Daily work on cases: opening reports together, talking with a source, notes.

It publishes nothing: release does. See spec/desk.md.
"""
