# SPDX-License-Identifier: AGPL-3.0-or-later
"""The headers of every answer: there once, and given way to by what an answer says itself."""

from __future__ import annotations

from ombuds.pages.headers import FIXED, completed, policy


def test_every_fixed_header_is_there_once() -> None:
    """An answer that says nothing gets the policy and each fixed header once."""
    names = [name for name, _ in completed([(b"content-type", b"text/html")], policy("data:"))]
    assert sorted(names) == sorted([b"content-type", b"content-security-policy", *(name for name, _ in FIXED)])


def test_what_an_answer_says_itself_stands() -> None:
    """A header that the answer gives itself, however it spells the name, is neither doubled nor changed."""
    headers = completed([(b"Cache-Control", b"public"), (b"Content-Security-Policy", b"sandbox")], policy("data:"))
    assert [value for name, value in headers if name.lower() in (b"cache-control", b"content-security-policy")] == [b"public", b"sandbox"]


def test_the_policy_allows_nothing_by_itself() -> None:
    """The policy begins with nothing at all and names no script, no other host and nothing inline."""
    told = policy("'self' data:")
    assert told.startswith("default-src 'none'; ") and not any(word in told for word in ("script", "unsafe", "http", "*"))
