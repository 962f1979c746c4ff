"""Pieces of a web page that needs nothing from outside: tables, pictures, sections, the style of screen and paper.

Every text goes through `said`, so that words of an export are words and never code. Pictures are SVG inside the page.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass

STYLE = """
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 60rem; padding: 1rem 1.25rem 4rem; background: #fff; color: #222;
  font: 1rem/1.5 system-ui, "Segoe UI", "DejaVu Sans", Verdana, sans-serif; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: 1rem 0 0.25rem; }
h2 { font-size: 1.3rem; margin: 2.5rem 0 0.5rem; padding-top: 0.5rem; border-top: 2px solid #0072b2; }
h3 { font-size: 1.05rem; margin: 1.75rem 0 0.25rem; }
p, ul, ol { max-width: 46rem; }
a { color: #00528a; }
a:focus-visible, .wide:focus-visible { outline: 3px solid #d55e00; outline-offset: 2px; }
.skip { position: absolute; left: -100rem; }
.skip:focus { left: 1rem; top: 0.5rem; background: #fff; padding: 0.5rem; }
.lead { color: #555; margin-top: 0; }
nav ul { list-style: none; padding: 0; display: flex; flex-wrap: wrap; gap: 0.1rem 1.2rem; }
.wide { overflow-x: auto; margin: 0.75rem 0; }
table { border-collapse: collapse; width: 100%; font-size: 0.875rem; line-height: 1.4; }
caption { text-align: left; font-weight: 600; padding: 0.25rem 0; }
th, td { text-align: left; vertical-align: top; padding: 0.3rem 0.8rem 0.3rem 0; border-bottom: 1px solid #ddd; }
thead th { border-bottom: 2px solid #767676; vertical-align: bottom; }
tbody th { font-weight: 400; }
.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.many table { min-width: 44rem; }
.how { font-weight: 400; font-style: italic; color: #555; padding-top: 0.8rem; }
details { margin: 0.75rem 0; }
summary { cursor: pointer; color: #00528a; }
summary:focus-visible { outline: 3px solid #d55e00; outline-offset: 2px; }
.dense table { font-size: 0.75rem; }
.dense th, .dense td { padding: 0.15rem 0.2rem; }
code { font-family: ui-monospace, "DejaVu Sans Mono", Consolas, monospace; font-size: 0.9em; overflow-wrap: anywhere; }
figure { margin: 1rem 0; }
figure svg { display: block; width: 100%; height: auto; }
figcaption { font-size: 0.875rem; color: #555; }
@media print {
  body { max-width: none; padding: 0; font-size: 10pt; }
  nav, .skip { display: none; }
  .wide { overflow: visible; }
  .many table { min-width: 0; }
  a { color: inherit; text-decoration: none; }
  figure, tr, h2, h3 { break-inside: avoid; }
  h2, h3, caption { break-after: avoid; }
  thead { display: table-header-group; }
}
"""
FEW_COLUMNS = 5  # that fit on a small screen
POLICY = "default-src 'none'; style-src 'unsafe-inline'"  # nothing is fetched, nothing is run


def said(text: object) -> str:
    """A text as it stands, whatever is in it."""
    return html.escape(str(text), quote=True)


def code(text: object) -> str:
    """A path, file or command."""
    return f"<code>{said(text)}</code>"


@dataclass(frozen=True)
class Section:
    """A chapter: `key` for links, its title, and finished pieces."""

    key: str
    title: str
    pieces: Sequence[str]


def paragraph(text: str) -> str:
    """A paragraph of plain text."""
    return f"<p>{said(text)}</p>"


def bullets(items: Sequence[str], ordered: bool = False) -> str:
    """A list of finished pieces."""
    tag = "ol" if ordered else "ul"
    return f"<{tag}>{''.join(f'<li>{item}</li>' for item in items)}</{tag}>"


def heading(text: str) -> str:
    """A heading within a section."""
    return f"<h3>{said(text)}</h3>"


def folded(summary: str, pieces: Sequence[str]) -> str:
    """Finished pieces behind a line that opens them; they print closed. Nothing where there are none."""
    inner = "\n".join(piece for piece in pieces if piece)
    return f"<details><summary>{said(summary)}</summary>\n{inner}\n</details>" if inner else ""


def table(
    caption: str, columns: Sequence[str], rows: Sequence[Sequence[str]], numeric: Sequence[int] = (), dense: bool = False
) -> str:
    """A table of finished cells; the first of each row is its heading, columns in `numeric` stand to the right.

    It may be scrolled sideways with the keyboard where the page is narrow.
    """
    return grouped(caption, columns, [("", rows)], numeric, dense)


def grouped(
    caption: str,
    columns: Sequence[str],
    groups: Sequence[tuple[str, Sequence[Sequence[str]]]],
    numeric: Sequence[int] = (),
    dense: bool = False,
) -> str:
    """A table whose rows stand in groups, each under a line of finished text that holds for all its rows; none where empty."""

    def cell(k: int, inner: str, tag: str = "td", scope: str = "") -> str:
        look = ' class="n"' if k in numeric else ""
        return f"<{tag}{scope}{look}>{inner}</{tag}>"

    def line(row: Sequence[str]) -> str:
        cells = "".join(cell(k, inner, *(("th", ' scope="row"') if k == 0 else ())) for k, inner in enumerate(row))
        return f"<tr>{cells}</tr>"

    def body(over: str, rows: Sequence[Sequence[str]]) -> str:
        first = [f'<tr><th scope="rowgroup" colspan="{len(columns)}" class="how">{over}</th></tr>'] if over else []
        return "<tbody>\n" + "\n".join([*first, *map(line, rows)]) + "\n</tbody>"

    head = "".join(cell(k, said(column), "th", ' scope="col"') for k, column in enumerate(columns))
    look = " ".join(["wide", *(["dense"] if dense else []), *(["many"] if len(columns) > FEW_COLUMNS else [])])
    return (
        f'<div class="{look}" role="region" tabindex="0" aria-label="{said(caption)}"><table>'
        f"<caption>{said(caption)}</caption>\n<thead><tr>{head}</tr></thead>\n"
        + "\n".join(body(over, rows) for over, rows in groups)
        + "</table></div>"
    )


def figure(svg: str, name: str, says: str) -> str:
    """A picture inside the page, with what it says beneath; the ids within it are made its own."""
    inner = svg[svg.index("<svg") :]
    inner = re.sub(r"\s*<metadata>.*?</metadata>", "", inner, flags=re.DOTALL)
    ids = {found for found in re.findall(r'\bid="([^"]+)"', inner) if not found.startswith(f"{name}-")}
    inner = re.sub(r'(\bid="|href="#|url\(#)([^")]+)', lambda m: m[1] + (f"{name}-{m[2]}" if m[2] in ids else m[2]), inner)
    return f"<figure>\n{inner.strip()}\n<figcaption>{said(says)}</figcaption>\n</figure>"


def page(title: str, lead: str, sections: Sequence[Section]) -> str:
    """The whole page: title, a sentence under it, links to the sections, the sections."""
    links = bullets([f'<a href="#{section.key}">{said(section.title)}</a>' for section in sections])
    body = "\n".join(
        f'<section aria-labelledby="{section.key}">\n<h2 id="{section.key}">{said(section.title)}</h2>\n'
        + "\n".join(section.pieces)
        + "\n</section>"
        for section in sections
    )
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{said(title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"
        f'<a class="skip" href="#main">To the text</a>\n<header>\n<h1>{said(title)}</h1>\n'
        f'<p class="lead">{said(lead)}</p>\n</header>\n'
        f'<nav aria-label="Sections">{links}</nav>\n<main id="main">\n{body}\n</main>\n</body>\n</html>\n'
    )
