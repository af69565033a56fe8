# SPDX-License-Identifier: AGPL-3.0-or-later
"""Tests of the command line as people type it."""
