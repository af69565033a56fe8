# SPDX-License-Identifier: AGPL-3.0-or-later
"""Saved pages with their proofs, as a reader would have them in a folder, and what a browser does to a page it saves.

It asserts nothing.
"""

from __future__ import annotations

from pathlib import Path

from ombuds.core.encoding import encode
from ombuds.core.publication import read_content
from ombuds.core.record import PageProof
from ombuds.pages.campaign_values import CampaignPage
from ombuds.pages.published import story_page
from ombuds.pages.render import Renderer
from ombuds.pages.values import Shell, UpdatePage
from tests.mirror.ledgers import Ledger


def page_of(ledger: Ledger, path: str, language: str = "en", renderer: Renderer | None = None, linked: bool = True) -> bytes:
    """The page that a server shows for one version of a text."""
    line = next(line for line in ledger.read().lines if line.parameters and any(file.path == path for file in line.parameters.files))
    assert line.parameters
    story = story_page(read_content(ledger.files[path].content), line.subject, line.parameters, language)
    shell, made = Shell(desk_name="Desk 7", language=language), renderer or Renderer()
    if isinstance(story, CampaignPage):
        page = made.campaign(shell, story)
    else:
        page = made.update(shell, story) if isinstance(story, UpdatePage) else made.story(shell, story)
    link = f'<link rel="ombuds-proof" href="/stories/{line.subject}.proof">\n' if linked else ""
    return page.decode().replace("</head>", f"{link}</head>").encode()


def proof_of(ledger: Ledger, path: str) -> PageProof:
    """The proof of one version of a text."""
    leaves = [line.index for line in ledger.read().lines if line.parameters and any(file.path == path for file in line.parameters.files)]
    return ledger.proof(leaves[0], path)


def saved(folder: Path, page: bytes, proof: PageProof | bytes, subject: str) -> Path:
    """Save a page and its proof side by side and return where the page is."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{subject}.proof").write_bytes(proof if isinstance(proof, bytes) else encode(proof))
    (folder / "page.html").write_bytes(page)
    return folder / "page.html"
