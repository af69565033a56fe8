# SPDX-License-Identifier: AGPL-3.0-or-later
"""The one HTTP client: for desks, mirrors and the command line, through a SOCKS proxy where one is set.

It sends no cookie it was not given, no user agent that tells the version, and follows no redirect to another host by
itself. What the answers mean is decided by whoever asked.
"""

from __future__ import annotations

import httpx2

Client = httpx2.Client
Answer = httpx2.Response
NoAnswer = httpx2.HTTPError
"""Raised when the other side cannot be reached, is silent, or breaks off."""
BadAnswer = (httpx2.HTTPError, httpx2.InvalidURL, httpx2.StreamError)
"""Everything that a request can fail with."""


def connect(address: str, proxy: str | None = None, seconds: float = 60) -> Client:
    """Return a client for one address; ``proxy`` is for example socks5h://127.0.0.1:9050 for an onion."""
    # trust_env=False: a proxy that happens to stand in the environment must not see where somebody connects.
    return httpx2.Client(base_url=address, proxy=proxy, timeout=seconds, headers={"user-agent": "ombuds"}, trust_env=False, follow_redirects=False)
