# SPDX-License-Identifier: AGPL-3.0-or-later
"""One file a threat of THREATS.md: who comes with what, and what still holds."""
