# SPDX-License-Identifier: AGPL-3.0-or-later
"""Writes vectors/case anew: a log with every kind of junk between its events, and the honest log of the same events.

Run `python -m tests.core.write_case_vectors` only when a format changes: sealing is fresh, so every byte changes. Once
written, the vectors hold any reader of a log, in any language, to the same case. See spec/case.md.
"""

from __future__ import annotations

import json
from base64 import b64encode

from ombuds.core.case import Case
from ombuds.core.encoding import encode
from ombuds.core.keys import hash_of
from tests.core import logs
from tests.rules.tree import ROOT

ABOUT = (
    "Logs of a case (spec/case.md). `slots` holds the sealed bytes in base64 under their SHA-256; each log lists its slots in order, says what "
    "its void ones hold, and has the case that every desk comes to, without the report. The identities are the case's, in hex; card and charter "
    "are the only ones so far."
)
BESIDE = ("opened", "report")


def _case(case: Case) -> dict[str, object]:
    return {name: value for name, value in json.loads(encode(case)).items() if name not in BESIDE}


def main() -> None:
    """Write the file."""
    junk = [(1 + place % (len(logs.HONEST) - 1), name) for place, name in enumerate(logs.JUNK)]
    order = [name for _, name in sorted(junk, key=lambda one: one[0])]
    told = [("an honest log", logs.written(), []), ("every kind of junk", logs.written(junk), order)]
    told.append(("junk before the opening", logs.written([(0, "no bytes")], 1), ["no bytes"]))
    bent = logs.crooked()
    told.append(("work that is not allowed", logs.Told(bent, logs.read(bent), logs.EMPTY), []))
    content = {
        "about": ABOUT,
        "identities": [logs.IDENTITY.seed.hex()],
        "card": json.loads(encode(logs.READER.card)),
        "charter": json.loads(encode(logs.DESK.charter.envelope)),
        "slots": {hash_of(slot): b64encode(slot).decode() for _, log, _ in told for slot in log.slots},
        "logs": [{"what": what, "junk": junk, "slots": [hash_of(slot) for slot in log.slots], "case": _case(log.case)} for what, log, junk in told],
    }
    folder = ROOT / "vectors" / "case"
    folder.mkdir(exist_ok=True)
    (folder / "logs.json").write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
