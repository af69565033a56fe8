# SPDX-License-Identifier: AGPL-3.0-or-later
"""A source's report without JavaScript: sealed while it arrives, thanked for once it is on the disk."""
