# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the server keeps: tables of sealed bytes and day stamps, and a folder of sealed parts. SQL stands here alone."""
