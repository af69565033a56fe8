# SPDX-License-Identifier: AGPL-3.0-or-later
"""The server's API for desks, mirrors and browsers: one function an action, listed in routes.py. See spec/api.md."""
