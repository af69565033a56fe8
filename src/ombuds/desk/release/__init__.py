# SPDX-License-Identifier: AGPL-3.0-or-later
"""From a draft to the public record: prepare, approve, send.

Nothing becomes public by a timer or by one person, and nothing of a source without its recorded consent. See spec/desk.md.
"""
