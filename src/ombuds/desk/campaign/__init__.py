# SPDX-License-Identifier: AGPL-3.0-or-later
"""Moderation of a campaign's posts on a member's desk. See spec/desk.md."""
