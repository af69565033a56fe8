# SPDX-License-Identifier: AGPL-3.0-or-later
"""Tests of the desk: real vaults, real screens' verbs, and the real server in memory."""
