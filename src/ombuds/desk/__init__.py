# SPDX-License-Identifier: AGPL-3.0-or-later
"""A member's desk: the vault, the one client of the server, and the verbs of daily work.

Everything private happens here, on the member's own machine. Read in this order: config, vaultfile, vault, remote,
parts, chain, weeks, log, casework, release, fetch. It shows nothing: the screens call these verbs. See spec/desk.md.
"""
