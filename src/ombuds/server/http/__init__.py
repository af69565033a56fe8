# SPDX-License-Identifier: AGPL-3.0-or-later
"""What every handler of the public server shares: its parts, headers, refusals, languages, static files and forms."""
