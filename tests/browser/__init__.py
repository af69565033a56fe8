# SPDX-License-Identifier: AGPL-3.0-or-later
"""Real browsers against a real demonstration: the journey by hand, accessibility, and hostile texts (T24)."""
