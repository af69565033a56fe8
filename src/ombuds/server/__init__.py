# SPDX-License-Identifier: AGPL-3.0-or-later
"""The public server: it takes sealed reports, keeps them, and shows what enough members signed. It holds no member's key."""
