# SPDX-License-Identifier: AGPL-3.0-or-later
"""The machine: its clock, its files, its logs, its network. Everything that is not a rule and not a page."""
