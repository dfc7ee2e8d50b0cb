"""Writes the same articles as a site of each peer, and as one of ours: a page each, a front page and, where it can, a feed.

An article has 800 words of prose under six headings, a table, two footnotes and a sidebar with a table of its own.
Peers are set up as lean as they come: no tags, no archives, a theme of three small templates.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from benchmarks.corpus import SECTIONS, WORDS, Writer, slugs

ROOT = Path(__file__).parent.parent
SENTENCES = 40


class Article(NamedTuple):
    """One article, before any peer's front matter."""

    slug: str
    title: str
    standfirst: str
    day: str
    body: str


def articles(count: int) -> Iterator[Article]:
    """So many articles, the same every time."""
    for slug in slugs(count):
        writer = Writer(f"plain/{slug}")
        body = "\n".join(_body(writer))
        yield Article(slug, writer.phrase(7), f"{writer.phrase(12)}.", "2024-05-0" + str(1 + len(slug) % 9), body)


def _body(writer: Writer) -> Iterator[str]:
    sentences = [f"{writer.phrase(WORDS // SENTENCES + (index % 5 - 2))}." for index in range(SENTENCES)]
    each = SENTENCES // SECTIONS
    for section in range(SECTIONS):
        last = section == SECTIONS - 1
        taken = sentences[section * each :] if last else sentences[section * each : (section + 1) * each]
        note = f"[^{section}]" if section in {1, 4} else ""
        yield f"## {writer.phrase(4)}\n"
        yield " ".join(taken[:3]) + note + "\n"
        yield " ".join(taken[3:]) + "\n"
        if note:
            yield f"[^{section}]: {writer.phrase(12)}.\n"
        if section == 2:
            yield writer.table()
    yield f"## {writer.phrase(2)}\n"
    yield writer.table()


def put(path: Path, text: str) -> None:
    """Write a file, in folders that need not be there yet."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")


PAGE = "<!doctype html>\n<html lang=en><head><meta charset=utf-8><title>{title}</title></head>\n<body>{body}</body></html>\n"


def _front(article: Article, **more: str) -> str:
    fields = {"title": article.title, "description": article.standfirst, "date": article.day, **more}
    return "---\n" + "".join(f"{name}: {value}\n" for name, value in fields.items()) + "---\n\n"


# --- Peers -----------------------------------------------------------------------------------------------------------


def hugo(folder: Path, count: int) -> None:
    """A site for Hugo."""
    put(
        folder / "hugo.toml",
        'title = "Benchmark"\nbaseURL = "https://one.example/"\n'
        'disableKinds = ["taxonomy", "term", "sitemap", "section", "404"]\n',
    )
    put(
        folder / "layouts/_default/single.html",
        PAGE.format(title="{{ .Title }}", body="<h1>{{ .Title }}</h1><p>{{ .Description }}</p>{{ .Content }}"),
    )
    rows = '{{ range .Site.RegularPages }}<p><a href="{{ .RelPermalink }}">{{ .Title }}</a></p>{{ end }}'
    put(folder / "layouts/index.html", PAGE.format(title="{{ .Title }}", body=rows))
    for article in articles(count):
        put(folder / f"content/{article.slug}.md", _front(article) + article.body)


def pelican(folder: Path, count: int, *, cached: bool = False) -> None:
    """A site for Pelican, with its cache or as it comes."""
    settings = {
        "SITENAME": "Benchmark",
        "SITEURL": "https://one.example",
        "PATH": "content",
        "OUTPUT_PATH": "output",
        "THEME": "theme",
        "TIMEZONE": "UTC",
        "DIRECT_TEMPLATES": ["index"],
        "AUTHOR_SAVE_AS": "",
        "CATEGORY_SAVE_AS": "",
        "TAG_SAVE_AS": "",
        "FEED_ALL_ATOM": "feed.xml",
        "CATEGORY_FEED_ATOM": None,
        "TRANSLATION_FEED_ATOM": None,
        "AUTHOR_FEED_ATOM": None,
        "AUTHOR_FEED_RSS": None,
        "FEED_MAX_ITEMS": 20,
        "DEFAULT_PAGINATION": False,
        "PLUGINS": [],
        "MARKDOWN": {"extensions": ["tables", "footnotes", "smarty", "toc"], "output_format": "html5"},
    }
    if cached:
        settings |= {"CACHE_CONTENT": True, "LOAD_CONTENT_CACHE": True}
    put(folder / "pelicanconf.py", "".join(f"{name} = {value!r}\n" for name, value in settings.items()))
    templates = {
        "article": PAGE.format(title="{{ article.title }}", body="<h1>{{ article.title }}</h1>{{ article.content }}"),
        "index": PAGE.format(
            title="{{ SITENAME }}",
            body='{% for a in articles %}<p><a href="{{ a.url }}">{{ a.title }}</a></p>{% endfor %}',
        ),
    }
    for name, text in templates.items():
        put(folder / f"theme/templates/{name}.html", text)
    (folder / "theme/static").mkdir(parents=True)
    for article in articles(count):
        put(folder / f"content/{article.slug}.md", _front(article) + article.body)


def pelican_cached(folder: Path, count: int) -> None:
    """A site for Pelican with its cache."""
    pelican(folder, count, cached=True)


def mkdocs(folder: Path, count: int) -> None:
    """A site for MkDocs, which writes no feed."""
    put(
        folder / "mkdocs.yml",
        "site_name: Benchmark\nplugins: []\ntheme: {name: null, custom_dir: theme}\n"
        "markdown_extensions: [tables, footnotes, smarty, toc]\n",
    )
    put(
        folder / "theme/main.html",
        PAGE.format(
            title="{{ page.title }}",
            body="{{ page.content }}{% if page.is_homepage %}{% for item in nav.pages %}"
            '<p><a href="{{ item.url | url }}">{{ item.title }}</a></p>{% endfor %}{% endif %}',
        ),
    )
    put(folder / "docs/index.md", "# Benchmark\n")
    for article in articles(count):
        put(folder / f"docs/{article.slug}.md", f"{_front(article)}# {article.title}\n\n{article.body}")


def lektor(folder: Path, count: int) -> None:
    """A site for Lektor; its feed is a page with a template of its own."""
    put(folder / "bench.lektorproject", "[project]\nname = Benchmark\nurl = https://one.example/\n")
    fields = {"front": "", "feed": "", "article": "[fields.day]\ntype = date\n[fields.body]\ntype = markdown\n"}
    for model, more in fields.items():
        children = "[children]\norder_by = -day\n" if model == "front" else ""
        put(
            folder / f"models/{model}.ini",
            f"[model]\nname = {model}\nlabel = {{{{ this.title }}}}\n{children}[fields.title]\ntype = string\n{more}",
        )
    put(
        folder / "templates/article.html",
        PAGE.format(title="{{ this.title }}", body="<h1>{{ this.title }}</h1>{{ this.body }}"),
    )
    rows = '{% for a in this.children %}<p><a href="{{ a | url }}">{{ a.title }}</a></p>{% endfor %}'
    put(folder / "templates/front.html", PAGE.format(title="{{ this.title }}", body=rows))
    put(
        folder / "templates/feed.xml",
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>Benchmark</title>{% for a in site.root.children.limit(20) %}'
        "<entry><title>{{ a.title }}</title><content>{{ a.body }}</content></entry>{% endfor %}</feed>\n",
    )
    put(folder / "content/contents.lr", "_model: front\n---\ntitle: Benchmark\n")
    put(
        folder / "content/feed/contents.lr",
        "_model: feed\n---\n_template: feed.xml\n---\n_slug: feed.xml\n---\ntitle: Feed\n",
    )
    for article in articles(count):
        put(
            folder / f"content/{article.slug}/contents.lr",
            f"_model: article\n---\ntitle: {article.title}\n---\nday: {article.day}\n---\nbody:\n\n{article.body}\n",
        )


def eleventy(folder: Path, count: int) -> None:
    """A site for Eleventy."""
    put(
        folder / "eleventy.config.cjs",
        'const footnotes = require("markdown-it-footnote");\n'
        'module.exports = c => { c.amendLibrary("md", m => m.set({typographer: true}).use(footnotes)); };\n'
        'module.exports.config = {dir: {input: "src", output: "out"}, markdownTemplateEngine: false};\n',
    )
    put(
        folder / "src/_includes/article.njk",
        PAGE.format(title="{{ title }}", body="<h1>{{ title }}</h1>{{ content | safe }}"),
    )
    rows = '{% for a in collections.article %}<p><a href="{{ a.url }}">{{ a.data.title }}</a></p>{% endfor %}'
    put(folder / "src/index.njk", PAGE.format(title="Benchmark", body=rows))
    put(
        folder / "src/feed.njk",
        '---\npermalink: feed.xml\n---\n<feed xmlns="http://www.w3.org/2005/Atom"><title>Benchmark</title>'
        "{% for a in collections.article | reverse %}{% if loop.index <= 20 %}<entry><title>{{ a.data.title }}</title>"
        "<content>{{ a.content | escape }}</content></entry>{% endif %}{% endfor %}</feed>\n",
    )
    for article in articles(count):
        put(folder / f"src/{article.slug}.md", _front(article, layout="article.njk", tags="article") + article.body)


# --- Ours ------------------------------------------------------------------------------------------------------------


def whole(folder: Path, count: int) -> None:
    """A site of ours, with all that it writes."""
    put(
        folder / "content/site.yaml",
        "format: 1\ntitle: Benchmark\npublisher: A made-up publisher\nlanguages: [en]\nurl: https://one.example\n"
        "rules:\n  unsourced-paragraph: {level: off, reason: Made-up words rest on nothing.}\n",
    )
    for article in articles(count):
        front = (
            f"title: {article.title}\nstandfirst: {article.standfirst}\nstatus: published\npublished: {article.day}\n"
        )
        put(folder / f"content/{article.slug}/index.md", f"---\n{front}---\n\n{article.body}")


BESIDE = re.compile(
    r'<a [^>]*href="(?:\{\{ page\.home \}\})?(?:evidence|sources|about)\.html[^>]*>(.*?)</a>', re.DOTALL
)
"""A link, in a template, to a page beside the story."""


def ours(folder: Path, count: int) -> None:
    """A site of ours whose templates link to no page beside the story's; see `one_page`."""
    whole(folder, count)
    shutil.copytree(ROOT / "templates", folder / "templates", ignore=shutil.ignore_patterns("README.md"))
    for template in (folder / "templates").rglob("*.html"):
        template.write_text(BESIDE.sub(r"\1", template.read_text("utf-8")), "utf-8")


WRITERS: dict[str, Callable[[Path, int], None]] = {
    "Hugo": hugo,
    "Eleventy": eleventy,
    "Lektor": lektor,
    "Pelican": pelican,
    "Pelican, cached": pelican_cached,
    "MkDocs": mkdocs,
    "Microsite": ours,
    "Microsite, every output": whole,
}
