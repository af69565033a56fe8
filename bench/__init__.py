# SPDX-License-Identifier: AGPL-3.0-or-later
"""Measurements of this project beside reference rows of the same machine in the same run. Nothing here is part of the program."""
