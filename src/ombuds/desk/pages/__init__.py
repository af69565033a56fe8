# SPDX-License-Identifier: AGPL-3.0-or-later
"""The screens of a member's desk, one file an action; `routes.py` lists them. They decide nothing: verbs do. See spec/desk.md."""
