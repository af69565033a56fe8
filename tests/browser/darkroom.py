# SPDX-License-Identifier: AGPL-3.0-or-later
"""A bare page that hands photographs to the worker of web/join and writes down what it hears, on a server of its own.

It stands for the page of a campaign, which comes with the policy that is set here. It judges nothing. See spec/browser.md.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.rules.tree import ROOT

PAGE = b"""<!doctype html><meta charset="utf-8"><title>photographs</title><script type="module" src="/page.js"></script>
<ol id="heard"></ol><p id="frames"></p><p id="done" hidden>done</p>"""
SCRIPT = """
const [name, order] = decodeURIComponent(location.hash.slice(1)).split("|");
const heard = document.getElementById("heard");
const base64 = (bytes) => { let text = ""; for (const byte of bytes) text += String.fromCharCode(byte); return btoa(text); };
const plain = (name, value) => (value instanceof Uint8Array ? base64(value) : value);
const write = (told) => heard.append(Object.assign(document.createElement("li"), { textContent: JSON.stringify(told, plain) }));
const done = () => { document.getElementById("done").hidden = false; };
document.getElementById("frames").textContent = typeof VideoFrame;
const file = new Uint8Array(await (await fetch(`/${name}`)).arrayBuffer());
const worker = new Worker("/join.js", { type: "module" });
worker.addEventListener("error", () => { write({ told: "halted" }); done(); });
worker.addEventListener("message", ({ data }) => {
  write(data);
  if (data.told === "begun") worker.postMessage({ order: "open", file });
  if (data.told === "preview") worker.postMessage({ order: "finish", ...JSON.parse(order), seed: Uint8Array.from(JSON.parse(order).seed) });
  if (data.told === "finished" || data.told === "failed") done();
});
"""
POLICY = "default-src 'none'; script-src 'self'; worker-src 'self'; connect-src 'self'"
WORKERS_POLICY = "default-src 'none'; base-uri 'none'"


@contextmanager
def darkroom(files: Mapping[str, bytes]) -> Iterator[str]:
    """Serve the page, the worker as `make web` built it, and these files, while the block lasts."""
    worker = (ROOT / "src/ombuds/pages/static/bundle/join.js").read_bytes()
    answers = {
        "/": ("text/html", PAGE, POLICY),
        "/page.js": ("text/javascript", SCRIPT.encode(), POLICY),
        "/join.js": ("text/javascript", worker, WORKERS_POLICY),
    }
    answers |= {f"/{name}": ("application/octet-stream", content, POLICY) for name, content in files.items()}
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, answers))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def order(boxes: list[dict[str, float]], seed: bytes) -> str:
    """What the page asks of the worker, as it stands behind the address."""
    return json.dumps({"boxes": boxes, "seed": list(seed)})


class _Handler(BaseHTTPRequestHandler):
    def __init__(self, answers: Mapping[str, tuple[str, bytes, str]], *rest: object) -> None:
        self.answers = answers
        super().__init__(*rest)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        """Answer with what stands under the path, or with nothing."""
        kind, content, policy = self.answers.get(self.path, ("text/plain", b"", POLICY))
        self.send_response(200 if self.path in self.answers else 404)
        for name, value in (("Content-Type", kind), ("Content-Security-Policy", policy), ("Content-Length", str(len(content)))):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Say nothing."""
