# SPDX-License-Identifier: AGPL-3.0-or-later
"""The stories: what people do and what they can count on, told in the words of tests/world.py."""
