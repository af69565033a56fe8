# SPDX-License-Identifier: AGPL-3.0-or-later
"""Writes vectors/source anew: inboxes with messages of one number, copies and junk, and what a source is shown of each.

Run `python -m tests.core.write_source_vectors` only when a format changes: sealing is fresh, so every byte changes. See
spec/source.md.
"""

from __future__ import annotations

import json
from base64 import b64encode

from ombuds.core.keys import hash_of
from ombuds.core.messages import Thread, seal_message, write_message
from ombuds.core.source_keys import derive
from tests.rules.tree import ROOT

ABOUT = (
    "Inboxes (spec/source.md): the replies that a server hands out, in base64 and in its order, for the words of this entropy at this desk. "
    "`shown` has each reply as the source sees it: its number, its text or null if the desk did not write it, and whether its number has another one."
)
INSTANCE, ENTROPY = "0f" * 32, bytes(range(16))
KEYS = derive(ENTROPY, INSTANCE)
THREAD = Thread(INSTANCE, KEYS.mailbox_hash, 0, KEYS.mac(0))


def _reply(number: int, text: str, thread: Thread = THREAD) -> str:
    return b64encode(seal_message(write_message(thread, "desk", number, text), thread, KEYS.identity.recipient)).decode()


def main() -> None:
    """Write the file."""
    first, second, third = _reply(1, "one"), _reply(2, "two"), _reply(3, "three")
    forged = _reply(2, "forged", Thread(INSTANCE, KEYS.mailbox_hash, 0, bytes(32)))
    told = (
        ("in another order", [second, first], [[1, "one", False], [2, "two", False]]),
        ("a copy", [first, first, second], [[1, "one", False], [2, "two", False], [3, None, False]]),
        ("two messages of one number", [first, _reply(1, "other"), second], [[1, "one", True], [2, "two", False], [3, "other", True]]),
        ("three of one number", [first, _reply(1, "b"), _reply(1, "c"), first], [[1, "one", True], [2, "b", True], [3, "c", True], [4, None, False]]),
        ("a forged one under a number that is taken", [forged, second], [[2, "two", False], [3, None, False]]),
        ("a number that was left out", [third, first], [[1, "one", False], [3, "three", False]]),
    )
    cases = [{"what": what, "replies": replies, "shown": shown} for what, replies, shown in told]
    content = {"about": ABOUT, "instance_id": INSTANCE, "entropy": ENTROPY.hex(), "mailbox": hash_of(KEYS.mailbox), "cases": cases}
    folder = ROOT / "vectors" / "source"
    folder.mkdir(exist_ok=True)
    (folder / "inboxes.json").write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
