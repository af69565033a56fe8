# SPDX-License-Identifier: AGPL-3.0-or-later
"""Inboxes of the vectors are shown as they say: no message of the desk hides another one, and no copy counts as one."""

from __future__ import annotations

import json
from base64 import b64decode
from typing import Any

import pytest

from ombuds.core.attachments import Manifest
from ombuds.core.keys import hash_of
from ombuds.core.messages import Thread
from ombuds.core.source import Reply, open_inbox
from ombuds.core.source_keys import derive
from tests.rules.tree import ROOT

FILE = json.loads((ROOT / "vectors" / "source" / "inboxes.json").read_bytes())
KEYS = derive(bytes.fromhex(FILE["entropy"]), FILE["instance_id"])
THREAD = Thread(FILE["instance_id"], KEYS.mailbox_hash, 0, KEYS.mac(0))


@pytest.mark.parametrize("case", FILE["cases"], ids=[case["what"] for case in FILE["cases"]])
def test_an_inbox_is_shown_as_the_vectors_say(case: dict[str, Any]) -> None:
    """Each reply has the number, the text and the warning that the vector names."""
    contents = [b64decode(each) for each in case["replies"]]
    replies = [Reply(f"{at:032x}", content, Manifest(hash_of(content), ())) for at, content in enumerate(contents)]
    shown = open_inbox(replies, KEYS.identity, THREAD).replies
    assert [[each.number, each.message and each.message.text, each.twice] for each in shown] == case["shown"]
