# SPDX-License-Identifier: AGPL-3.0-or-later
"""age.ts against the public vectors of the format and against an independent implementation, as age.py is (spec/age.md)."""

from __future__ import annotations

import base64
from functools import cache

import pytest

from ombuds.core.age import Identity
from ombuds.core.keys import hash_of, random_bytes
from tests.core import test_age_foreign as python
from tests.core.test_age_foreign import HEADERS, HYBRID, OTHER_TYPES, STREAMS
from tests.web.browser import asked, given

STEP = {**dict.fromkeys(HYBRID, 4096), **dict.fromkeys(HEADERS + OTHER_TYPES, 7), **dict.fromkeys(STREAMS, 1000)}
SIZES = (0, 1, 65_535, 65_536, 65_537, 1_000_003)


@cache
def _files() -> dict[str, tuple[Identity, bytes]]:
    vectors, own = python._vectors(), Identity.generate()
    plain = {name: (vectors[name].identity, vectors[name].file) for name in HYBRID + HEADERS + OTHER_TYPES}
    return plain | {name: (own, python._rewrapped(vectors[name], own)) for name in STREAMS}


@cache
def _answers() -> dict[str, tuple[str, str]]:
    jobs = [
        {"do": "soFar", "seed": identity.seed.hex(), "file": base64.b64encode(file).decode(), "step": STEP[name]}
        for name, (identity, file) in _files().items()
    ]
    return {name: tuple(answer.gives) for name, answer in zip(_files(), asked(jobs), strict=True)}


@pytest.mark.parametrize("name", HYBRID + HEADERS + OTHER_TYPES + STREAMS)
def test_public_vectors_end_as_in_python(name: str) -> None:
    """A public vector gives the same plaintext, as far as it comes, and the same refusal as in Python."""
    identity, file = _files()[name]
    plain, refused = python._opened(identity, file, STEP[name])
    assert _answers()[name] == (refused.__name__ if refused else "", hash_of(plain))


@pytest.mark.parametrize("size", SIZES)
def test_another_implementation_opens_ours(size: int) -> None:
    """What a browser sealed to three recipients opens for each of them in an implementation that is not ours."""
    plain, three = random_bytes(size), [Identity.generate() for _ in range(3)]
    sealed = given("seal", plain=base64.b64encode(plain).decode(), recipients=[each.recipient.text for each in three])
    told = python._typage(*({"do": "open", "identity": each.text, "sealed": sealed} for each in three))
    assert [base64.b64decode(each) for each in told] == [plain] * 3


@pytest.mark.parametrize("size", SIZES)
def test_ours_opens_another_implementation_s(size: int) -> None:
    """What an implementation that is not ours sealed to three recipients opens in a browser for the last of them."""
    plain, three = random_bytes(size), [Identity.generate() for _ in range(3)]
    job = {"do": "seal", "recipients": [each.recipient.text for each in three], "plain": base64.b64encode(plain).decode()}
    assert base64.b64decode(given("file", file=python._typage(job)[0], identity=three[2].text)) == plain
