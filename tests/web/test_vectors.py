# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every vector that a source's browser needs holds in TypeScript too, each failure by its name."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import pytest

from tests.rules.tree import ROOT
from tests.web.browser import Job, Told, asked, given

Case = dict[str, Any]
Telling = tuple[Job, Any]
"""A job, and what it must give; a failure is a text behind a dash."""


@cache
def _file(name: str) -> Any:
    return json.loads((ROOT / "vectors" / name).read_bytes())


def _fails(case: Case) -> str:
    return f"- {case.get('fails') or case.get('error')}"


def _words(case: Case) -> list[Telling]:
    if "en" in case:
        return [({"do": "write", "entropy": case["entropy"], "language": one}, case[one]) for one in ("en", "ru")]
    return [({"do": "read", "text": case["text"]}, case.get("entropy") or f"{_fails(case)}: {case['detail']}")]


def _hkdf(case: Case) -> list[Telling]:
    return [({"do": "hkdf", **case}, case["out"])]


def _ed25519(case: Case) -> list[Telling]:
    return [({**case, "do": "sign"}, [case["public"], case["signature"]]), ({**case, "do": "check"}, None)]


def _age_file(case: Case) -> list[Telling]:
    return [({"do": "file", **case}, case["plain"] if "plain" in case else _fails(case))]


def _age_key(case: Case) -> list[Telling]:
    if "fails" in case:
        return [({"do": "mistyped", **case}, _fails(case))]
    return [({"do": "key", **case}, {name: case[name] for name in ("seed", "identity", "recipient", "recipient_hash")})]


def _source(case: Case) -> list[Telling]:
    job = {"do": "source", "entropy": case["entropy"], "instance_id": case["instance_id"], "generations": list(case.get("macs", ()))}
    return [(job, _fails(case) if "fails" in case else {name: case[name] for name in case if name not in ("what", "entropy", "instance_id")})]


def _envelope(case: Case) -> list[Telling]:
    return [({"do": "signers", **case}, case.get("signers", _fails(case)))]


def _charters(case: Case) -> list[Telling]:
    pieces = _file("charter/charters.json")["pieces"]
    return [({"do": "charters", "charters": [pieces[at] for at in case["charters"]]}, case["version"] if "version" in case else _fails(case))]


def _message(case: Case) -> list[Telling]:
    return [({"do": "message", **case}, case.get("text", _fails(case)))]


def _inbox(case: Case) -> list[Telling]:
    around = {name: _file("source/inboxes.json")[name] for name in ("instance_id", "entropy")}
    return [({"do": "opened", **around, "replies": case["replies"]}, case["shown"])]


def _effort(case: Case) -> list[Telling]:
    return [({"do": "effort", **case}, case["bits"])]


def _asked(case: Case) -> list[Telling]:
    return [({"do": "asked", "size": case["size"]}, case["bits"])]


def _pending(case: Case) -> list[Telling]:
    return [({"do": "pending", **case}, [case["pending"], case["size"]] if "size" in case else _fails(case))]


FILES: dict[str, Callable[[Case], list[Telling]]] = {
    "words/cases.json": _words,
    "keys/hkdf.json": _hkdf,
    "keys/ed25519.json": _ed25519,
    "age/files.json": _age_file,
    "age/keys.json": _age_key,
    "source_keys/derive.json": _source,
    "envelope/signers.json": _envelope,
    "charter/charters.json": _charters,
    "messages/messages.json": _message,
    "source/inboxes.json": _inbox,
    "effort/bits.json": _effort,
    "effort/asked.json": _asked,
    "campaign/posts.json": _pending,
}
# The other files are of acts that no source's browser does: a case log, putting shares together, counting approvals, reading the ledger,
# judging a consent. A new file has to be put into one of the two.
NOT_FOR_BROWSERS = ("case", "consent", "ledger", "opening", "record", "shamir", "verify")


@cache
def _answers(name: str) -> list[tuple[Case, list[Any], list[Told]]]:
    tellings = [(case, FILES[name](case)) for case in _file(name)["cases"]]
    answers = iter(asked([job for _, each in tellings for job, _ in each]))
    return [(case, [wanted for _, wanted in each], [next(answers) for _ in each]) for case, each in tellings]


def _said(answer: Told, wanted: Any) -> Any:
    if answer.fails:
        # Only where the vector names a detail is it part of what is compared.
        return f"- {answer.fails}: {answer.detail}" if isinstance(wanted, str) and ": " in wanted else f"- {answer.fails}"
    return answer.gives["version"] if isinstance(answer.gives, dict) and "version" in answer.gives else answer.gives


def _places() -> Sequence[Any]:
    return [pytest.param(name, at, id=f"{name}: {case['what']}") for name in FILES for at, case in enumerate(_file(name)["cases"])]


@pytest.mark.parametrize(("name", "at"), _places())
def test_a_vector_holds_in_typescript(name: str, at: int) -> None:
    """A case of the vectors gives in TypeScript what it says, or fails in the way that it names."""
    _, wanted, answers = _answers(name)[at]
    assert [_said(answer, want) for answer, want in zip(answers, wanted, strict=True)] == wanted


@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_lists_are_the_published_ones(language: str) -> None:
    """The list in the browser is the list in the vectors, word for word."""
    assert given("list", language=language) == (ROOT / "vectors" / "words" / f"{language}.txt").read_text("utf-8").split()


def test_no_file_of_vectors_is_forgotten() -> None:
    """Each file of the vectors is tried here, or belongs to an act that no browser of a source does."""
    kept = {str(file.relative_to(ROOT / "vectors")) for file in (ROOT / "vectors").rglob("*.json")}
    assert {name for name in kept if not name.startswith(NOT_FOR_BROWSERS)} == set(FILES)
