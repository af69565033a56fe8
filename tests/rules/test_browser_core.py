# SPDX-License-Identifier: AGPL-3.0-or-later
"""web/core is src/ombuds/core again, file for file: the same rules, no page, no clock, no network, no chance but the system's."""

from __future__ import annotations

import inspect
import json
import re
import tomllib
from collections.abc import Iterator
from functools import cache

from ombuds.core import errors
from tests.rules.tree import ROOT

LINES, FUNCTION_LINES, COLUMNS = 300, 40, 160
PAGE = r"document|window|navigator|location|history|self|localStorage|sessionStorage|indexedDB|caches|innerHTML|File|Blob|FormData|HTMLElement"
MACHINE = r"fetch|XMLHttpRequest|WebSocket|EventSource|Worker|postMessage|setTimeout|setInterval|console|process|require|Buffer|eval|Function|import"
CHANCE_AND_CLOCK = r"Math\.random|Date|performance|Temporal"
OUTSIDE = re.compile(rf"(?<![\w.#\"'])(?:{PAGE}|{MACHINE}|{CHANCE_AND_CLOCK})\b(?=\s*[.(\[])|new (?:Date|Worker|Function)\b")
COMMENT = re.compile(r"/\*.*?\*/|(?<!:)//[^\n]*", re.DOTALL)
IMPORT = re.compile(r'^(?:import|export) .*?from "([^"]+)";', re.MULTILINE | re.DOTALL)
MADE = {"wordlist_en", "wordlist_ru"}  # written by build.mjs from the lists in Python

# Where each library may be known: the ciphers' shape is nobody else's business.
ONLY_IN = {
    "@noble/ciphers": {"core/age", "core/age_keys"},
    "@noble/curves": {"core/age_keys", "core/keys"},
    "@noble/hashes": {"core/age_keys", "core/keys"},
    "@noble/post-quantum": {"core/age_keys"},
    "@scure/base": {"core/age", "core/age_keys", "core/encoding"},
    "jpeg-js": {"picture/decode", "picture/encode"},
}


@cache
def files() -> dict[str, str]:
    """Return the text of each file of web/core that somebody wrote, by its name without ending."""
    return {file.stem: file.read_text(encoding="utf-8") for file in sorted((ROOT / "web" / "core").glob("*.ts")) if file.stem not in MADE}


def _code(text: str) -> str:
    return COMMENT.sub("", text)


def _imports(text: str) -> list[str]:
    return IMPORT.findall(_code(text))


def _order() -> list[str]:
    """Return the files of Python's core in the order of the story, the first one first."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]
    (layers,) = (contract["layers"] for contract in contracts if contract.get("containers") == ["ombuds.core"])
    return [name for layer in reversed(layers) for name in re.findall(r"\w+", layer)]


def _functions(text: str) -> Iterator[tuple[str, int]]:
    """Yield the first line and the length of each function of a file and of each method of its classes."""
    lines = text.splitlines()
    for at, line in enumerate(lines):
        if re.match(r"(export )?(async )?function \w|  (static |get |async |#)?\w+\(.*\{$", line):
            indent = line[: len(line) - len(line.lstrip())]
            yield line.strip(), next(end for end, other in enumerate(lines[at:], 1) if other in (indent + "}", indent + "},"))


def test_every_file_has_its_twin() -> None:
    """Each file of web/core has the name of a file of src/ombuds/core."""
    assert {name for name in files() if not (ROOT / "src" / "ombuds" / "core" / f"{name}.py").is_file()} == set()


def test_every_file_says_what_it_does() -> None:
    """Each file begins with the licence and a paragraph that names its specification."""
    begins = re.compile(r"// SPDX-License-Identifier: AGPL-3\.0-or-later\n/\*\*\n \* [A-Z].*?(?:See|See\n \*) spec/\w+\.md", re.DOTALL)
    assert [name for name, text in files().items() if not begins.match(text[: text.index("*/")])] == []


def test_the_rules_know_no_page_and_no_machine() -> None:
    """No file of web/core names a page, the network, a timer, the clock or another chance than the system's."""
    assert {name: found for name, text in files().items() if (found := OUTSIDE.findall(_code(text)))} == {}


def test_chance_comes_from_one_place() -> None:
    """Only keys.ts names the system's randomness."""
    assert {name for name, text in files().items() if re.search(r"\bcrypto\b", _code(text)) or "getRandomValues" in text} == {"keys"}


def test_no_page_can_be_named_by_type() -> None:
    """The types of pages, workers and node are not there while web/core is checked."""
    read = [json.loads((ROOT / "web" / name).read_text(encoding="utf-8")) for name in ("tsconfig.json", "core/tsconfig.json")]
    options = {key: value for each in read for key, value in each.get("compilerOptions", {}).items()}
    wanted = {"lib": ["ES2022"], "types": [], "strict": True, "noUncheckedIndexedAccess": True, "exactOptionalPropertyTypes": True}
    assert {key: options.get(key) for key in wanted} == wanted


def test_a_file_looks_back_and_never_ahead() -> None:
    """A file imports only files that come before it in the order of Python's core."""
    order = _order()
    ahead = [
        f"{name} imports {other}"
        for name, text in files().items()
        for other in (path.removeprefix("./").removesuffix(".ts") for path in _imports(text) if path.startswith("."))
        if order.index(other) >= order.index(name)
    ]
    assert ahead == []


def test_each_library_is_known_in_one_place() -> None:
    """Each library is imported where the table says and nowhere else, and nothing is installed that is not used."""
    used: dict[str, set[str]] = {}
    for file in (ROOT / "web").glob("[!n]*/*.ts"):
        for path in _imports(file.read_text(encoding="utf-8")):
            if not path.startswith((".", "node:")):
                used.setdefault("/".join(path.split("/")[:2]), set()).add(f"{file.parent.name}/{file.stem}")
    assert used == ONLY_IN
    assert set(json.loads((ROOT / "web" / "package.json").read_text(encoding="utf-8"))["dependencies"]) == set(ONLY_IN)


def test_only_checkers_make_checked_values() -> None:
    """Nothing but charter.ts says of a value that it is a charter in force or a week's recipients."""
    found = {file.name for file in (ROOT / "web").glob("[!n]*/*.ts") if re.search(r"\bas (InForce|Epochs)\b", file.read_text(encoding="utf-8"))}
    assert found == {"charter.ts"}


def test_failures_have_the_names_of_python() -> None:
    """Each failure has the name, and the place in the tree, that it has in Python, and says its name where a bundle shortens it."""
    told = re.findall(r'export class (\w+) extends (\w+) \{\n  (?:override )?readonly kind(?:: string)? = "(\w+)"', files()["errors"])
    tree = {name: kind.__bases__[0].__name__.replace("Exception", "Error") for name, kind in inspect.getmembers(errors, inspect.isclass)}
    assert [(name, parent) for name, parent, kind in told if tree.get(name) != parent or kind != name] == []
    assert len(told) == files()["errors"].count("export class")


def test_no_failure_is_idle() -> None:
    """Each failure of errors.ts is raised by a rule, or is the parent of one that is."""
    rest = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "web").glob("[!n]*/*.ts") if path.name != "errors.ts")
    names = re.findall(r"export class (\w+)", files()["errors"])
    parents = set(re.findall(r"extends (\w+)", files()["errors"]))
    assert [name for name in names if name not in parents and not re.search(rf"(?:new|instanceof) {name}\b|\[[^\]]*\b{name}\b[^\]]*\]\.some", rest)] == []


def test_files_and_functions_stay_small() -> None:
    """A file of web has at most 300 lines and a function 40; a line of web/core has at most 160 characters."""
    texts = {str(file.relative_to(ROOT)): file.read_text(encoding="utf-8") for file in (ROOT / "web").glob("[!n]*/*.ts") if file.stem not in MADE}
    long = [name for name, text in texts.items() if len(text.splitlines()) > LINES]
    wide = [name for name, text in files().items() if max(map(len, text.splitlines())) > COLUMNS]
    tall = [f"{name}: {line}" for name, text in texts.items() for line, length in _functions(text) if length > FUNCTION_LINES]
    assert (long, wide, tall) == ([], [], [])


def test_every_file_of_web_names_its_licence() -> None:
    """Each file of web begins with the licence and a paragraph on what it does."""
    begins = re.compile(r"// SPDX-License-Identifier: AGPL-3\.0-or-later\n/\*\*")
    files = [*(ROOT / "web").glob("[!n]*/*.ts"), ROOT / "web" / "build.mjs"]
    assert [str(file) for file in files if not begins.match(file.read_text(encoding="utf-8"))] == []
