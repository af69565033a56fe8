# SPDX-License-Identifier: AGPL-3.0-or-later
"""The rules of a source's browser, tried against the vectors and against Python."""
