# SPDX-License-Identifier: AGPL-3.0-or-later
"""Logs that say what happened and never to whom: no content, no names, no addresses, no access log.

An error is logged as the name of its class alone: a message or a traceback can hold a source's words (T08). It does not
decide where lines go: they go to stderr. See spec/host.md.
"""

from __future__ import annotations

import logging
import sys

LOGGER = "ombuds"


class Scrubbed(logging.Formatter):
    """Writes the level and the plain text of a line; of an error only its class."""

    def format(self, record: logging.LogRecord) -> str:
        """Write one line without arguments' values and without a traceback."""
        # Lines of other libraries may carry anything in their text: only ours are written out.
        said = str(record.msg) if record.name.split(".")[0] == LOGGER else f"{record.name}: a message was left out"
        wrong = record.exc_info[0] if record.exc_info else None
        line = f"{record.levelname.lower()}: {said}" + (f" ({wrong.__name__})" if wrong else "")
        return "".join(c if c.isprintable() else " " for c in line)


def quiet_logs() -> None:
    """Send scrubbed lines of this process to stderr, replacing every other destination."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Scrubbed())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger(LOGGER).setLevel(logging.INFO)


def log_error(what: str, wrong: BaseException) -> None:
    """Log what went wrong by a fixed sentence of ours and the class of the error."""
    logging.getLogger(LOGGER).error(f"{what}: {type(wrong).__name__}")


def log(what: str) -> None:
    """Log a fixed sentence of ours."""
    logging.getLogger(LOGGER).info(what)
