"""A page in which the audit sees nothing, the site around it, and what is found in others."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256

from microsite.audit import PageFacts, page_facts
from microsite.diagnostics import Diagnostic

URL = "https://paper.example/dandong/"
STYLE = "p{color:red}"
SCRIPT = "document.title += 1 < 2 && '&amp;'"


def source(code: str) -> str:
    return f"'sha256-{b64encode(sha256(code.encode()).digest()).decode()}'"


RIGHT = f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src 'self'; script-src 'self' \
{source(SCRIPT)}; style-src 'self' {source(STYLE)}; connect-src 'self'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width">
<meta name="referrer" content="no-referrer">
<title>The coats: a report</title>
<meta property="og:title" content="The coats: a report // two">
<meta property="og:image" content="{URL}card.png">
<link rel="canonical" href="{URL}story/index.html">
<link rel="alternate" hreflang="ko" href="{URL}ko/">
<link rel="license" href="https://licences.example/by/4.0/">
<link rel="stylesheet" href="../static/site.css?v=2">
<style>{STYLE}</style>
<script>{SCRIPT}</script>
<script type="application/ld+json">{{"url": "https://anywhere.example/"}}</script>
</head>
<body>
<a href="#main">Skip</a> <a href="#">Up</a> <a href="#top">Up</a> <a href="">Here</a>
<main id="main">
<h1 id="한글 headline">The coats</h1>
<p id="a%b" aria-describedby="note main"><a href="prices.html#row-2">prices</a> <a href="index.html#note">note</a>
<a href="../index.html">home</a> <a href="mailto:desk@paper.example">write</a> <a href="data%20file.csv">data</a>
<a href="https://elsewhere.example/x" rel="noreferrer external NOOPENER" target="_blank">source</a></p>
<p id="note" class="style onclick">content = "on = 1"</p>
<img src="../plates/one.png" alt="" srcset="../plates/one-2.png 2x, ../plates/one-3.png 3x">
<svg viewBox="0 0 1 1"><title>plate</title><linearGradient id="grey"/><a href="#note"><rect fill="url(#grey)"/></a>
<use href="../static/marks.svg#dot"/></svg>
<template><img src="../plates/two.png" alt=""></template>
</main>
</body>
</html>
"""


OTHER_FILES = [
    *("card.png", "static/site.css", "plates/one.png", "plates/one-2.png", "plates/one-3.png", "plates/two.png"),
    "story/data file.csv",
]


def bare(body: str, head: str = "") -> str:
    """A page that has what every page must have, and this."""
    start = RIGHT.index("<!doctype")
    essentials = RIGHT[start : RIGHT.index("<meta property")]
    return f"{essentials}{head}</head><body><h1>One</h1>{body}</body></html>"


def problems(html: str, path: str = "story/index.html", site_url: str | None = URL) -> list[tuple[str, str]]:
    return [(found.kind, found.message) for found in page_facts(path, html, site_url).problems]


def site(**changed: str) -> dict[str, PageFacts]:
    """The facts of a small sound site; `changed` replaces what stands in the body of its plain pages."""
    bodies = {"index.html": "", "ko/index.html": "", "story/prices.html": '<p id="row-1"></p><p id="row-2"></p>'}
    pages = {path: page_facts(path, bare(changed.get(path, body)), URL) for path, body in bodies.items()}
    drawing = '<svg xmlns="http://www.w3.org/2000/svg"><style>a{b:c}</style><path id="dot"/></svg>'
    pages["static/marks.svg"] = page_facts("static/marks.svg", drawing)
    return pages | {"story/index.html": page_facts("story/index.html", RIGHT, URL)}


def told(found: list[Diagnostic]) -> list[tuple[str, str, str]]:
    return [(d.at.file, d.kind, d.message) for d in found]
