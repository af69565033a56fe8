# SPDX-License-Identifier: AGPL-3.0-or-later
"""The command line: ``ombuds <noun> <verb>``. Data goes to stdout; everything said to the person goes to stderr."""
