# SPDX-License-Identifier: AGPL-3.0-or-later
"""Joining a campaign, and taking a post back. See spec/site.md."""
