# SPDX-License-Identifier: AGPL-3.0-or-later
"""Tests of the copies that anyone keeps, and of checking one page."""
