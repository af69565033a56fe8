# SPDX-License-Identifier: AGPL-3.0-or-later
"""Renders the screens of a member's own desk: a value and its shell in, the bytes of a page out.

Every form carries the shell's token (T33). It makes no decision and shows a preview only as the public renderer made
it. See spec/pages.md.
"""

from __future__ import annotations

from ombuds.pages import desk_campaigns as walls
from ombuds.pages import desk_texts as texts
from ombuds.pages import desk_values as desk
from ombuds.pages.desk_evidence import EvidenceView
from ombuds.pages.desk_found import SearchView
from ombuds.pages.desk_values import DeskShell
from ombuds.pages.press import Press


class DeskRenderer:
    """Every screen of the desk, one method each."""

    def __init__(self, press: Press | None = None) -> None:
        self._press = press or Press()

    def today(self, shell: DeskShell, view: desk.TodayView) -> bytes:
        """What needs me."""
        return self._press.page("desk/today.html", shell, view)

    def cases(self, shell: DeskShell, view: desk.CasesView) -> bytes:
        """The cases and the sealed reports."""
        return self._press.page("desk/cases.html", shell, view)

    def search(self, shell: DeskShell, view: SearchView) -> bytes:
        """What was found."""
        return self._press.page("desk/search.html", shell, view)

    def case(self, shell: DeskShell, view: desk.CaseView) -> bytes:
        """One case."""
        return self._press.page("desk/case.html", shell, view)

    def picture(self, shell: DeskShell, view: EvidenceView) -> bytes:
        """One file of a source, and its safe picture."""
        return self._press.page("desk/picture.html", shell, view)

    def approve(self, shell: DeskShell, view: desk.ApproveView) -> bytes:
        """What is asked of me."""
        return self._press.page("desk/approve.html", shell, view)

    def publish(self, shell: DeskShell, view: texts.PublishView) -> bytes:
        """The draft editor with its preview."""
        return self._press.page("desk/publish.html", shell, view)

    def published(self, shell: DeskShell, view: texts.PublishedView) -> bytes:
        """All that is public."""
        return self._press.page("desk/published.html", shell, view)

    def campaigning(self, shell: DeskShell, view: walls.CampaignDraftView) -> bytes:
        """The form of a campaign with its preview."""
        return self._press.page("desk/campaigning.html", shell, view)

    def campaigns(self, shell: DeskShell, view: walls.CampaignsView) -> bytes:
        """All campaigns."""
        return self._press.page("desk/campaigns.html", shell, view)

    def campaign(self, shell: DeskShell, view: walls.CampaignView) -> bytes:
        """One campaign and its next batch."""
        return self._press.page("desk/campaign.html", shell, view)

    def posts(self, shell: DeskShell, view: walls.PostsView) -> bytes:
        """Posts to rule over."""
        return self._press.page("desk/posts.html", shell, view)

    def cover(self, shell: DeskShell, view: walls.CoverView) -> bytes:
        """A photograph of which more is covered."""
        return self._press.page("desk/cover.html", shell, view)

    def on_wall(self, shell: DeskShell, view: walls.OnWallView) -> bytes:
        """Public posts, to choose what is taken down."""
        return self._press.page("desk/on_wall.html", shell, view)

    def members(self, shell: DeskShell, view: desk.MembersView) -> bytes:
        """The members and their keys."""
        return self._press.page("desk/members.html", shell, view)

    def unlock(self, shell: DeskShell, view: desk.UnlockView) -> bytes:
        """Where the vault is opened."""
        return self._press.page("desk/unlock.html", shell, view)

    def form(self, shell: DeskShell, view: desk.SmallForm) -> bytes:
        """A screen with one question."""
        return self._press.page("desk/form.html", shell, view)

    def error(self, shell: DeskShell, view: desk.DeskError) -> bytes:
        """A refusal, and what to do next."""
        return self._press.page("desk/error.html", shell, view)
