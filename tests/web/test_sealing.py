# SPDX-License-Identifier: AGPL-3.0-or-later
"""A report that a browser sealed: the server keeps it, and the members read the text, the files and the keys (T10, T19)."""

from __future__ import annotations

import base64
import json
import subprocess
from collections.abc import Sequence
from datetime import timedelta
from itertools import combinations
from typing import Any, get_args

import pytest
from starlette.testclient import TestClient

from ombuds.core.age import Identity, open_sealed, seal, sealed_size
from ombuds.core.attachments import FileOpener, FileSealer, rung
from ombuds.core.charter import check_freshness, fingerprint
from ombuds.core.encoding import decode, encode
from ombuds.core.errors import OmbudsError
from ombuds.core.keys import epoch_of, random_bytes
from ombuds.core.sealing import Help, Mode, Problem
from ombuds.core.shamir import combine
from ombuds.core.source_keys import derive
from ombuds.core.wire import Kept, NewReport, SealingNow
from ombuds.core.words import read_words
from tests.core import builders as b
from tests.rules.tree import ROOT
from tests.server.institution import Institution
from tests.server.visits import only_body, opened, stored
from tests.web.browser import Told, given, told

WISHES = {"help": "publicity", "problem": "overtime", "exclude": list[str]()}
FILES = (("ordre du jour.pdf", b"x" * 200_000), ("пусто.txt", b""), ("clip.mp4", random_bytes(5 * 1024 * 1024)))


def _report(here: Institution, browser: TestClient, **changed: Any) -> Told:
    sealing = browser.get("/api/sealing").text
    report = {"sealing": sealing, "today": str(here.calendar.day), "text": "Меня били 👮", "wishes": WISHES, "language": "ru", "files": list[Any]()}
    return told("report", **{**report, **changed})


def _files(files: Sequence[tuple[str, bytes]], cut: int) -> list[dict[str, Any]]:
    return [{"name": name, "type": "application/pdf", "content": base64.b64encode(content).decode(), "cut": cut} for name, content in files]


def _handed_in(browser: TestClient, gives: Any) -> NewReport:
    new = decode(gives["handed"].encode(), NewReport)
    for part, content in gives["parts"].items():
        assert browser.put(f"/api/parts/{part}", content=base64.b64decode(content)).status_code == 204
    answer = browser.post("/api/reports", content=gives["handed"].encode())
    assert decode(answer.content, Kept).id == new.sealed.id, answer.text
    return new


def test_the_server_keeps_it_and_members_read_it(here: Institution, browser: TestClient) -> None:
    """What the browser sealed is what two members read, with the wishes and the mode."""
    _handed_in(browser, _report(here, browser).gives)
    body = only_body(here)
    assert (body.text, body.mode, body.language, body.wishes.help) == ("Меня били 👮", "browser", "ru", "publicity")


def test_what_is_handed_in_is_canonical(here: Institution, browser: TestClient) -> None:
    """The bytes are exactly those that Python would write for the same report."""
    handed = _report(here, browser, files=_files(FILES[:2], 70_000)).gives["handed"].encode()
    assert encode(decode(handed, NewReport)) == handed


def test_the_words_are_the_report_s(here: Institution, browser: TestClient) -> None:
    """The twelve words stand for the inbox that the report names, and for the contact that the members get."""
    gives = _report(here, browser).gives
    _handed_in(browser, gives)
    keys = derive(read_words(gives["words"]), here.charter.instance_id)
    assert (stored(here)[0].mailbox, only_body(here).contact) == (keys.mailbox_hash, keys.contact)


@pytest.mark.parametrize("cut", [1_000_003, 65_536])
def test_files_arrive_whole(here: Institution, browser: TestClient, cut: int) -> None:
    """Files of no bytes, of some and of several parts open to the same bytes and names, however the browser read them."""
    gives = _report(here, browser, files=_files(FILES, cut)).gives
    sealed = _handed_in(browser, gives).sealed
    body, identity = opened(here, sealed)
    read = []
    for note, listed in zip(body.files, sealed.manifest.files, strict=True):
        opener = FileOpener(note, identity)
        pieces = [opener.write(base64.b64decode(gives["parts"][part.id])) for part in listed.parts]
        read.append((note.name, b"".join(pieces) + opener.finish()))
    assert read == list(FILES)


@pytest.mark.parametrize("wishes", [{"help": "advice", "problem": "other", "exclude": ["vera"]}])
def test_nobody_can_be_left_out_of_three(here: Institution, browser: TestClient, wishes: dict[str, Any]) -> None:
    """With three members, of whom two open, leaving one out is refused before anything is sealed."""
    assert _report(here, browser, wishes=wishes).fails == "TooManyExcluded"


@pytest.mark.parametrize("text", ["", "  \n\u2003\u200a", "\x1c\x85\xa0"])
def test_an_empty_report_is_refused(here: Institution, browser: TestClient, text: str) -> None:
    """A report of nothing but spaces is refused."""
    assert _report(here, browser, text=text).fails == "ReportEmpty"


def test_half_a_character_is_refused(here: Institution, browser: TestClient) -> None:
    """A text that cannot be written in UTF-8 is refused and not silently changed."""
    assert _report(here, browser, text="\ud83d").fails == "Malformed"


def test_what_may_be_chosen_is_the_same() -> None:
    """The browser knows the same modes, kinds of help and problems."""
    assert given("choices") == {"modes": list(get_args(Mode)), "helps": list(get_args(Help)), "problems": list(get_args(Problem))}


DAYS = [-400, -12, -11, -10, -9, -1, 0, 1, 2, 5, 6, 7, 9, 10, 11, 60, 61, 200]


@pytest.mark.parametrize("days", DAYS)
def test_the_desk_is_judged_alike_on_every_day(days: int) -> None:
    """On each day both sealers find the same recipients, or refuse the desk for the same reason (T07, T09)."""
    desk = b.desk_of(("anna", "boris", "carla", "dora", "emil"), 2)
    now, today = SealingNow((desk.charter.envelope,), desk.freshness, desk.statements), b.TODAY + timedelta(days)
    answer = told("now", sealing=encode(now).decode(), today=str(today))
    try:
        epochs = check_freshness(desk.freshness, desk.statements, desk.charter, today)
    except OmbudsError as refused:
        assert answer.fails == type(refused).__name__
        return
    assert answer.gives == {
        "epoch": epochs.epoch,
        "threshold": epochs.threshold,
        "minimum": epochs.minimum,
        "charter": epochs.charter,
        "fingerprint": fingerprint(epochs.instance_id),
        "recipients": [[name, recipient.hash] for name, recipient in epochs.recipients.items()],
    }


def test_weeks_and_days_are_counted_alike() -> None:
    """A day has the same week and the same distance to another."""
    days = [b.TODAY + timedelta(each) for each in range(-800, 800, 13)]
    wanted = [[epoch_of(day), (day - b.TODAY).days - 1] for day in days]
    assert given("days", days=[str(day) for day in days]) == wanted


def test_sizes_climb_the_same_ladder() -> None:
    """A file of any size is padded and sealed to the same length."""
    sizes = [0, 1, 65_535, 65_536, 65_537, 131_073, 2**20, 2**24 - 1, 2**24, 2**24 + 1, 2**31 + 5]
    assert given("rungs", sizes=sizes) == [[rung(size), sealed_size(size)] for size in sizes]


@pytest.mark.parametrize(("k", "n"), [(2, 2), (2, 3), (3, 5), (5, 7)])
def test_any_k_shares_rebuild_the_secret(k: int, n: int) -> None:
    """Each choice of k of the browser's shares gives the secret in Python, and its points are 1 to n."""
    secret = random_bytes(32)
    shares = [bytes.fromhex(share) for share in given("split", secret=secret.hex(), k=k, n=n)]
    rebuilt = {combine(some) for some in combinations(shares, k)}
    assert (rebuilt, [share[-1] for share in shares]) == ({secret}, list(range(1, n + 1)))


def test_another_implementation_rebuilds_the_secret() -> None:
    """Three of the browser's shares give the secret in an implementation that is not ours."""
    secret = random_bytes(32)
    line = json.dumps({"combine": given("split", secret=secret.hex(), k=3, n=5)[1:4]})
    done = subprocess.run(["node", "shamir.mjs"], cwd=ROOT / "tests" / "oracles", input=line, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == secret.hex()


def test_one_share_too_few_tells_nothing() -> None:
    """With one share fewer another secret comes out."""
    secret = random_bytes(32)
    shares = [bytes.fromhex(share) for share in given("split", secret=secret.hex(), k=3, n=5)]
    assert secret not in {combine(some) for some in combinations(shares, 2)}


@pytest.mark.parametrize(("k", "n"), [(1, 3), (4, 3), (2, 256)])
def test_a_secret_is_not_shared_otherwise(k: int, n: int) -> None:
    """Fewer than two, more than there are, and more than 255 are refused."""
    assert told("split", secret="00" * 32, k=k, n=n).fails == "CharterRefused"


@pytest.mark.parametrize("size", [0, 1, 65_535, 65_536, 65_537, 131_072, 200_001])
def test_sealed_files_open_both_ways(size: int) -> None:
    """What either seals the other opens, at every border of a chunk."""
    plain, identity = random_bytes(size), Identity.generate()
    text = base64.b64encode(plain).decode()
    ours = seal(plain, [identity.recipient])
    theirs = base64.b64decode(given("seal", plain=text, recipients=[identity.recipient.text, Identity.generate().recipient.text]))
    read = given("file", file=base64.b64encode(ours).decode(), identity=identity.text)
    assert (open_sealed(theirs, identity), base64.b64decode(read)) == (plain, plain)


@pytest.mark.parametrize("cuts", [[0, 0, 1, 2], [100, 1_651, 1_652, 1_660, 65_536], [65_535, 65_537, 131_072, 131_088, 196_608]])
def test_any_pieces_make_one_file(cuts: list[int]) -> None:
    """However a file is cut while it is sealed and opened, it is the same file."""
    plain, identity = random_bytes(200_000), Identity.generate()
    sealed, *read = (base64.b64decode(each) for each in given("pieces", plain=base64.b64encode(plain).decode(), cuts=cuts, seed=identity.seed.hex()))
    assert [open_sealed(sealed, identity), *read] == [plain] * 3


@pytest.mark.parametrize("change", ["none", "a byte of the padding", "the end", "another content", "another length"])
def test_a_browser_opens_files_of_replies(change: str) -> None:
    """A file that Python sealed opens in the browser without its padding, and a changed one is refused."""
    identity, plain = Identity.generate(), random_bytes(70_001)
    sealer = FileSealer(identity.recipient)
    pieces = sealer.write(plain)
    last, note, _ = sealer.finish("a.pdf", "application/pdf")
    whole = b"".join(piece.content for piece in [*pieces, *last])
    told_note = {"id": note.id, "name": note.name, "type": note.type, "size": note.size, "sha256": note.sha256}
    changed = {
        "none": (whole, told_note),
        "a byte of the padding": (whole[:-1] + bytes([whole[-1] ^ 1]), told_note),
        "the end": (whole[:-1], told_note),
        "another content": (whole, {**told_note, "sha256": "0" * 64}),
        "another length": (whole, {**told_note, "size": 140_001}),
    }
    content, said = changed[change]
    answer = told("opened_file", note=json.dumps(said), seed=identity.seed.hex(), content=base64.b64encode(content).decode(), cut=50_000)
    assert answer._replace(detail="") == (Told(base64.b64encode(plain).decode()) if change == "none" else Told(fails="Tampered"))
