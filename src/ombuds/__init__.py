# SPDX-License-Identifier: AGPL-3.0-or-later
"""An ombudsman's desk that anyone can host.

This file holds nothing but this paragraph. Begin with ARCHITECTURE.md, then read `ombuds.core` in the order of its story table:
the rules are there, without files, clock or network.
"""
