# SPDX-License-Identifier: AGPL-3.0-or-later
"""Writes vectors/verify anew: saved pages with their proofs, and whole copies, each true or bent in one way (T18, T28).

Run `python -m tests.mirror.write_vectors` only when a format changes: salts and nonces are fresh, so every case changes.
Once written, the vectors hold any reader of these files, in any language, to the same refusals. See spec/verify.md.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import msgspec

from ombuds.core.charter import fingerprint, sign_charter
from ombuds.core.encoding import encode
from ombuds.core.envelope import read
from ombuds.core.publication import Salted
from ombuds.core.record import PageProof
from tests.core.pictures import png
from tests.mirror.ledgers import Ledger, filled, forged, key_of, text
from tests.mirror.pages import page_of, proof_of
from tests.rules.tree import ROOT

Case = dict[str, Any]


def page_cases() -> Iterator[Case]:
    """Saved pages with the proof that lies beside them."""
    ledger, story, update = filled()
    path, other = f"{story}/1.json", f"{update}/1.json"
    page, proof = page_of(ledger, path).decode(), proof_of(ledger, path)

    def case(what: str, failure: str = "", bent: PageProof = proof, shown: str = page, given: str = "") -> Case:
        return {"what": what, "subject": story, "page": shown, "proof": encode(bent).decode(), "fingerprint": given, "failure": failure}

    def leaf(**parts: object) -> PageProof:
        return msgspec.structs.replace(proof, leaf=forged(read(proof.leaf), **parts).canonical())

    def file(**parts: object) -> PageProof:
        return msgspec.structs.replace(proof, file=msgspec.structs.replace(proof.file, **parts))

    signatures = read(proof.leaf).signatures
    fewer = forged(proof.charters[0], signatures=proof.charters[0].signatures[1:])
    yield case("a true page")
    yield case("a true page, with the desk's fingerprint", given=fingerprint(ledger.charter.instance_id))
    yield case("a true page in Russian", shown=page_of(ledger, path, "ru").decode())
    yield case("a true page of a later version", bent=proof_of(ledger, f"{story}/2.json"), shown=page_of(ledger, f"{story}/2.json").decode())
    yield case("another fingerprint", "CharterRefused", given="12345 67890 12345 67890 12345 67890")
    yield case("a word of the page changed", "ContentChanged", shown=page.replace("leave for money", "leave for free"))
    yield case("a link of the page changed", "ContentChanged", shown=page.replace("gazette.example/a", "gazette.example/b"))
    yield case("the first version with the proof of the second", "ContentChanged", proof_of(ledger, f"{story}/2.json"))
    yield case("the proof of another page", "ContentChanged", proof_of(ledger, other))
    with_picture, its_proof = page_of(ledger, other).decode(), proof_of(ledger, other)
    yield case("a true page with a picture", "", its_proof, with_picture) | {"subject": update}
    yield case("a page with a picture from elsewhere", "ContentChanged", its_proof, with_picture.replace("/pictures/", "/else/")) | {"subject": update}
    yield case("a page with other words for a picture", "ContentChanged", its_proof, with_picture.replace("A grey gate", "A white gate")) | {"subject": update}
    yield case("a page without its picture", "ContentChanged", its_proof, re.sub("<img[^>]*>", "", with_picture)) | {"subject": update}
    yield case("the salt changed", "ContentChanged", file(salt=bytes(32)))
    yield case("the signed text changed", "ContentChanged", file(content=proof.file.content.replace(b"for money", b"for freed")))
    yield case("a signature removed", "NotEnough", leaf(signatures=signatures[:1]))
    yield case("one signature under two key ids", "NotEnough", leaf(signatures=(signatures[0], msgspec.structs.replace(signatures[0], keyid="0" * 64))))
    yield case("a signature of one member under the key id of another", "BadSignature", leaf(signatures=_crossed(signatures)))
    yield case("the charter signed by two of three", "CharterRefused", msgspec.structs.replace(proof, charters=(fewer,)))
    yield case("no charter", "CharterRefused", msgspec.structs.replace(proof, charters=()))
    yield case("another place in the ledger", "EntryMissing", msgspec.structs.replace(proof, proof=proof.proof.replace(b"index 1", b"index 2")))
    yield case("a checkpoint that the log key did not sign", "CheckpointWrong", msgspec.structs.replace(proof, proof=proof.proof.replace(b"\n7\n", b"\n8\n")))


def copy_cases() -> Iterator[Case]:
    """Whole copies: leaves, checkpoint and texts."""
    ledger, _, _ = filled()
    leaves, files = ledger.leaves, {_place(path): encode(file).decode() for path, file in ledger.files.items()}
    first, picture = next(iter(files)), next(path for path in files if path.endswith(".png.json"))

    def case(what: str, failure: str = "", entries: list[bytes] = leaves, note: bytes = ledger.note(), texts: dict[str, str] = files) -> Case:
        return {"what": what, "leaves": [leaf.decode() for leaf in entries], "checkpoint": note.decode(), "texts": texts, "failure": failure}

    fork = Ledger()
    fork.leaves[:], fork.charters[:] = leaves[:1], ledger.charters
    for number in range(6):
        fork.publish(text(f"Instead {number}"))
    yield case("a true copy")
    yield case("the last entry dropped", "EntryMissing", leaves[:-1])
    yield case("an entry dropped before its correction", "EntryRefused", [leaves[0], *leaves[2:]])
    yield case("two entries swapped", "HistoryForked", [leaves[0], leaves[2], leaves[1], *leaves[3:]])
    yield case("a checkpoint of another history by the same key", "HistoryForked", note=fork.note())
    yield case("a checkpoint by another key", "CheckpointWrong", note=ledger.note("somebody"))
    yield case("an entry that one member signed", "NotEnough", [leaves[0], _unsigned(leaves[1]), *leaves[2:]])
    yield case("an entry twice", "AlreadyUsed", [*leaves[:2], leaves[1], *leaves[2:]])
    yield case("an entry in another spelling", "EntryRefused", [leaves[0], leaves[1] + b" ", *leaves[2:]])
    yield case("a text missing without a takedown", "EntryMissing", texts={path: file for path, file in files.items() if path != first})
    yield case("a text changed", "ContentChanged", texts=files | {first: _changed(ledger, first)})
    yield case("a picture missing without a takedown", "EntryMissing", texts={path: file for path, file in files.items() if path != picture})
    yield case("a picture in the place of another text", "ContentChanged", texts=files | {first: files[picture]})
    yield case("a picture changed", "ContentChanged", texts=files | {picture: encode(_other_picture(ledger)).decode()})
    yield from charter_cases()


def charter_cases() -> Iterator[Case]:
    """Copies in which somebody tries to change the members (T28)."""
    for names, signers, failure in ((("anna",), ("anna",), "CharterRefused"), (("anna", "boris"), ("anna", "boris"), "")):
        ledger = Ledger()
        following = msgspec.structs.replace(ledger.charter.charter, version=2, prev=ledger.charter.hash)
        ledger.leaves.append(sign_charter(following, *map(key_of, signers)).canonical())
        what = f"a next charter that {len(names)} of three signed"
        yield {"what": what, "leaves": [leaf.decode() for leaf in ledger.leaves], "checkpoint": ledger.note().decode(), "texts": {}, "failure": failure}


def _crossed(signatures: Any) -> Any:
    return (msgspec.structs.replace(signatures[0], keyid=signatures[1].keyid), signatures[1])


def _unsigned(leaf: bytes) -> bytes:
    return forged(read(leaf), signatures=read(leaf).signatures[:1]).canonical()


def _place(path: str) -> str:
    return path if path.endswith(".json") else f"{path}.json"


def _other_picture(ledger: Ledger) -> Salted:
    return msgspec.structs.replace(next(file for path, file in ledger.files.items() if path.endswith(".png")), content=png(grey=9))


def _changed(ledger: Ledger, path: str) -> str:
    file = ledger.files[path]
    return encode(msgspec.structs.replace(file, content=file.content.replace(b"for money", b"for freed"))).decode()


def main() -> None:
    """Write both files."""
    about = "Failure is the class of the refusal, or empty where everything holds; spec/verify.md says what each class means. "
    pages = about + "A case is a saved page and the content of the proof file SUBJECT.proof beside it."
    whole = about + "A case is the entries of a copy in order, its checkpoint, and its texts by path."
    folder = ROOT / "vectors" / "verify"
    folder.mkdir(parents=True, exist_ok=True)
    for name, said, cases in (("pages", pages, page_cases()), ("copies", whole, copy_cases())):
        (folder / f"{name}.json").write_text(json.dumps({"about": said, "cases": list(cases)}, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
