# SPDX-License-Identifier: AGPL-3.0-or-later
"""The public server on a real store: tests of what sources, desks and readers get from it."""
