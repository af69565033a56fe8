# SPDX-License-Identifier: AGPL-3.0-or-later
"""The public site: pages as ready bytes, made from the checked record and the published files. See spec/site.md."""
