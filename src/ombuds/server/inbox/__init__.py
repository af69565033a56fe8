# SPDX-License-Identifier: AGPL-3.0-or-later
"""A source's inbox without JavaScript: opened in memory for one visit."""
