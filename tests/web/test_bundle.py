# SPDX-License-Identifier: AGPL-3.0-or-later
"""The scripts that are served: light, the same from every build, and held together with the page by their hash (T25)."""

from __future__ import annotations

import gzip
import re
import shutil
import subprocess
from hashlib import sha256
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from ombuds.pages.bundle import Bundle, Joining, built, joining
from tests.rules.test_browser_pictures import CANVAS
from tests.rules.tree import ROOT
from tests.server.campaigns import begin
from tests.server.institution import Institution

BUILT = ROOT / "src" / "ombuds" / "pages" / "static" / "bundle"
HEAVIEST, HEAVIEST_PICTURES, HEAVIEST_JOINING = 70 * 1024, 24 * 1024, 60 * 1024


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    """The script of this installation; `make web` builds it."""
    found = built()
    assert found is not None, "nothing was built: give make web"
    return found


@pytest.fixture(scope="module")
def all_joining() -> Joining:
    """What the form of a campaign loads; `make web` builds it."""
    found = joining()
    assert found is not None, "nothing was built: give make web"
    return found


def _packed(bundle: Bundle) -> int:
    return len(gzip.compress(bundle.content, 9))


def test_the_script_is_light(bundle: Bundle) -> None:
    """With its lists of words the script weighs at most 70 KiB when packed."""
    assert len(gzip.compress(bundle.content, 9)) <= HEAVIEST


def test_the_worker_for_pictures_is_light() -> None:
    """What handles photographs weighs at most 24 KiB when packed, so that the page that uses it stays below 60."""
    assert len(gzip.compress((BUILT / "join.js").read_bytes(), 9)) <= HEAVIEST_PICTURES


def test_all_that_joins_a_campaign_is_light(all_joining: Joining) -> None:
    """The script of a campaign's form, its worker for photographs and the heavier list of words weigh at most 60 KiB together when packed."""
    heavier = max(_packed(each) for each in all_joining.lists.values())
    assert _packed(all_joining.script) + _packed(all_joining.pictures) + heavier <= HEAVIEST_JOINING


def test_the_lists_that_are_served_are_the_published_ones(all_joining: Joining) -> None:
    """Unpacked, a list that is served has the words of the vectors, in order."""
    for language, served in all_joining.lists.items():
        words, last = list[str](), ""
        for same, rest in re.findall(r"(\d)(\D+)", served.content.decode()):
            words.append(last := last[: int(same)] + rest)
        assert words == (ROOT / "vectors" / "words" / f"{language}.txt").read_text("utf-8").split()


def test_the_worker_for_pictures_brings_no_canvas_and_asks_nobody() -> None:
    """Its library included, it names no canvas, no network, no storage, and nothing that only node has."""
    text = (BUILT / "join.js").read_text(encoding="utf-8")
    forbidden = r"\bfetch\b|XMLHttpRequest|WebSocket|importScripts|indexedDB|localStorage|\beval\(|Buffer\.from|Math\.random"
    assert CANVAS.findall(text) + re.findall(forbidden, text) == []


def test_the_licence_of_its_library_comes_with_it() -> None:
    """The conditions under which the decoder of JPEG may be passed on stand in the file that is passed on."""
    text = (BUILT / "join.js").read_text(encoding="utf-8")
    assert "AGPL-3.0-or-later" in text.splitlines()[0] and "Redistributions in binary form must reproduce" in text


def test_another_build_gives_the_same_bytes(bundle: Bundle, all_joining: Joining, tmp_path: Path) -> None:
    """Built again from the source in another folder, each script is the same byte for byte, as "Check us" says."""
    shutil.copytree(ROOT / "web", tmp_path / "web", ignore=shutil.ignore_patterns("node_modules"))
    (tmp_path / "web" / "node_modules").symlink_to(ROOT / "web" / "node_modules")
    (tmp_path / "src" / "ombuds" / "core").mkdir(parents=True)
    for each in (ROOT / "src" / "ombuds" / "core").glob("wordlist_*.py"):
        shutil.copy(each, tmp_path / "src" / "ombuds" / "core")
    subprocess.run(["node", "build.mjs"], cwd=tmp_path / "web", check=True, capture_output=True)
    again = {file.name: sha256(file.read_bytes()).hexdigest() for file in (tmp_path / "src/ombuds/pages/static/bundle").iterdir()}
    assert again == {file.built: file.sha256 for file in (bundle, *all_joining.files)}


def test_the_scripts_keep_nothing_and_run_no_text(bundle: Bundle, all_joining: Joining) -> None:
    """The scripts name no storage, no cookie and no way to run a text or to make elements from one."""
    forbidden = ("localStorage", "sessionStorage", "indexedDB", "document.cookie", "innerHTML", "outerHTML", "insertAdjacentHTML", "eval(", "importScripts")
    assert [name for name in forbidden if name in bundle.content.decode() + all_joining.script.content.decode()] == []


def test_the_server_serves_the_built_script(here: Institution, browser: TestClient, bundle: Bundle) -> None:
    """The form names the script by its hash, and that address gives these bytes, to be kept for ever."""
    page = browser.get("/en/report").text
    answer = browser.get(f"/static/{bundle.name}")
    assert f'src="/static/{bundle.name}" integrity="{bundle.integrity}"' in page
    assert answer.content == bundle.content and "immutable" in answer.headers["cache-control"]


def test_only_two_forms_may_run_scripts(browser: TestClient) -> None:
    """The policies of the report form and of the page for the words let scripts of this server run, those of other pages none."""
    policies = {path: browser.get(f"/en{path}").headers["content-security-policy"] for path in ("/report", "/inbox", "/", "/about", "/ledger")}
    assert [path for path, policy in policies.items() if "script-src 'self'" in policy] == ["/report", "/inbox"]


def test_the_worker_may_only_ask_its_own_server(browser: TestClient, bundle: Bundle) -> None:
    """The script's own policy, which holds for the worker, allows requests to this server and nothing else."""
    policy = browser.get(f"/static/{bundle.name}").headers["content-security-policy"]
    assert policy == "default-src 'none'; connect-src 'self'; base-uri 'none'"


def test_the_form_of_a_campaign_shows_what_it_made(here: Institution, browser: TestClient, all_joining: Joining) -> None:
    """The policy of a campaign's form lets its script run and show pictures that it made, and nothing from elsewhere."""
    campaign = begin(here, kinds=("badge",))
    page = browser.get(f"/en/campaigns/{campaign.id}/join")
    policy = dict(part.split(" ", 1) for part in page.headers["content-security-policy"].split("; "))
    assert (policy["default-src"], policy["script-src"], policy["img-src"], policy["connect-src"]) == ("'none'", "'self'", "'self' data: blob:", "'self'")
    assert f'src="/static/{all_joining.script.name}" integrity="{all_joining.script.integrity}"' in page.text


def test_the_worker_for_pictures_may_ask_nobody(browser: TestClient, all_joining: Joining) -> None:
    """The policy of the worker that opens photographs allows no request at all."""
    policy = browser.get(f"/static/{all_joining.pictures.name}").headers["content-security-policy"]
    assert policy == "default-src 'none'; base-uri 'none'"


def test_check_us_shows_the_hashes(browser: TestClient, bundle: Bundle, all_joining: Joining) -> None:
    """The SHA-256 of each script under "Check us" is that of the script that is served."""
    page = browser.get("/en/ledger").text
    assert [each.built for each in (bundle, all_joining.script, all_joining.pictures) if each.sha256 not in page] == []
