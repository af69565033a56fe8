# SPDX-License-Identifier: AGPL-3.0-or-later
"""T02: the running server is taken, with its memory: what stands there of reports that came before.

From the command line nothing ever does. Without JavaScript the memory holds pieces of the visits that were answered last,
because Python and the server's own library overwrite nothing when they let go of it; they go when the program is started anew.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import httpx2

from ombuds.cli.drive_looks import words_on
from ombuds.cli.visitor import Visitor
from ombuds.core.charter import fingerprint
from ombuds.core.source_keys import derive
from ombuds.core.words import read_words
from tests.cli.test_send_program import ombuds
from tests.server.institution import Institution, found
from tests.server.programs import running
from tests.threats.memory import lying_in_memory

TEXT, NAME, CONTENT = "canary text: the captain beat me", "canary-name.txt", b"canary content " * 2000


def _founded(folder: Path) -> Institution:
    """Found a desk on the real day, and let go of its store for a server program of its own."""
    here = found(folder / "server", datetime.now(UTC).date())
    here.parts.store.close()
    return here


def _secrets(here: Institution, words: str) -> dict[str, bytes]:
    """Everything of a report that must not be read."""
    keys = derive(read_words(words), here.charter.instance_id)
    plain = {"text": TEXT.encode(), "name": NAME.encode(), "content": CONTENT[:600], "words": words.encode()}
    return {**plain, "entropy": keys.entropy, "identity": keys.identity.seed, "mac": keys.mac(0)}


def _reports(address: str) -> str:
    """Send a report by the form, look into its inbox, write from there, and return the words."""
    with httpx2.Client(base_url=address, timeout=20) as client:
        officer = Visitor(client)
        page = officer.send(officer.open("/en/report").form("/report"), {"what": TEXT}, ((NAME, CONTENT, "text/plain"),))
        words = " ".join(words_on(page))
        inbox = officer.send(officer.open("/en/inbox").form("/inbox"), {"words": words})
        officer.send(inbox.form("/inbox/reply"), {"text": TEXT})
    return words


def test_the_command_line_leaves_nothing_in_memory(tmp_path: Path) -> None:
    """Right after a report from the command line and a look into its inbox, the server's memory holds nothing of it."""
    here = _founded(tmp_path)
    (tmp_path / NAME).write_bytes(CONTENT)
    with running(here.folder) as (process, port):
        (tmp_path / "address").write_text(f"http://127.0.0.1:{port}")
        sent = ombuds(tmp_path, "send", str(tmp_path / NAME), "--fingerprint", fingerprint(here.charter.instance_id), typed=TEXT)
        words = sent.stdout.decode().strip()
        looked = ombuds(tmp_path, "inbox", typed=words)
        assert (lying_in_memory(process.pid, _secrets(here, words)), looked.stdout) == ([], b"no replies\n")


def test_what_visits_left_goes_with_the_program(tmp_path: Path) -> None:
    """A visit without JavaScript can be found in the running program's memory; in one started anew nothing stands, though it holds the report."""
    here = _founded(tmp_path)
    with running(here.folder) as (process, port):
        secrets = _secrets(here, _reports(f"http://127.0.0.1:{port}"))
        during = lying_in_memory(process.pid, secrets)
    with running(here.folder) as (process, port), httpx2.Client(base_url=f"http://127.0.0.1:{port}", timeout=20) as client:
        codes = {client.get(path).status_code for path in ("/en/", "/en/report", "/en/ledger", "/api/sealing") for _ in range(5)}
        after = lying_in_memory(process.pid, secrets)
    assert ({"text", "words"} <= set(during), after, codes) == (True, [], {200})
