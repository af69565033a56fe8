# SPDX-License-Identifier: AGPL-3.0-or-later
"""What readers see: published values in, HTML out.

The server, the desk's preview and the mirrors render with this same room, so that a page can be rendered again and
compared (T18). It knows no clock, no store and no settings; days are handed in. See spec/pages.md.
"""
