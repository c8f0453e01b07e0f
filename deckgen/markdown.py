r"""Markdown into the HTML of an Anki field, with TeX and cloze deletions kept safe.

CommonMark by GitHub's cmark; only this module knows it. Nothing an author types is HTML: `<` and
`&` come out as written. `$…$`, `$$…$$`, `\(…\)` and `\[…\]` become MathJax as Anki has it.

Text goes through cmark with marks in it, made of control characters, which no source text can
hold: `\x02n\x03` stands for the n-th piece of TeX, `\x04n\x05` and `\x06n\x05` for the two ends of
the n-th gap, `\x0e` and `\x0f` for `<` and `&`.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from html import escape, unescape

from cmarkgfm.cmark import markdown_to_html

from deckgen.model import Gap

# Without one of these a line of text is no Markdown, and cmark need not be asked;
_SPECIAL = re.compile(r"[\\`*_\[$]")
# and without one of these either it is the HTML already.
_ANY = re.compile(r"[\\`*_\[$&<>{]")

# A line that begins with none of these is no list, quotation, heading, table or code.
_BLOCK_STARTS = frozenset("-+*>#=~`|_0123456789 \t")

# Code spans and escapes first, because TeX does not begin inside them. A dollar sign opens TeX
# before a non-space and closes it after one and not before a digit, as in pandoc, so that
# "$5 and $10" stays money. Lengths are bounded to keep hostile text linear.
_CODE = r"(?<!`)(?P<ticks>`{1,9})(?!`).{1,1000}?(?<!`)(?P=ticks)(?!`)"
_TEX = re.compile(
    r"""(?P<skip>""" + _CODE + r""")
    | \\\((?P<inline>.{1,1000}?)\\\)
    | \\\[(?P<display>.{1,1000}?)\\\]
    | (?P<escape>\\.)
    | \$\$(?!\])(?P<dollars>[^$]{1,1000}?)\$\$
    | \$(?P<dollar>(?=[^\s\]])[^$\n]{1,1000}(?<=[^\s\x05]))\$(?!\d|[\x04\x06]\d+\x05\d)""",
    re.VERBOSE | re.DOTALL,
)
# cmark would leave the backslash, because it does not see what it stands before.
_ESCAPED_HTML = re.compile(
    r"(?P<code>" + _CODE + r"|\\[^<&])"
    r"|\\(?P<char>[<&])",
    re.DOTALL,
)
_TEX_MARK = re.compile("\x02(\\d+)\x03")
_GAP_MARK = re.compile("\u2e0f?([\x04\x06])(\\d+)\x05\u2e0f?")
_TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)[^>]*?(/?)>")
# What Anki itself reads inside a field: sounds, LaTeX, speech, and clozes in any field.
_ANKI_BRACKET = re.compile(r"\[(?=(?:/?latex\]|/?\$\$?\]|sound:|anki:))", re.IGNORECASE)
_CLOZE_OPEN = re.compile(r"\{\{(?=c\d)")
_LITERAL_TEX_OPEN = re.compile(r"\\(?=[()\[\]])")
_VOID = frozenset({"br", "img", "hr"})


def line(text: str) -> str:
    """Render one line of Markdown: emphasis, code, links, TeX; never a list or a heading."""
    if _ANY.search(text) is None:
        return text
    if _SPECIAL.search(text) is None:
        return _inert(_escaped(text))
    return _inert(_rendered_line(text))


def block(text: str) -> str:
    """Render Markdown with paragraphs and lists, if it has more than one line."""
    is_line = text.find("\n") in (-1, len(text) - 1) and text[:1] not in _BLOCK_STARTS
    if is_line or "\n" not in text:
        return line(text.rstrip())
    html = _through_cmark(text, lambda masked: str(markdown_to_html(masked)).strip())
    if html.startswith("<p>") and html.count("<p>") == 1 and html.endswith("</p>"):
        html = html[3:-4]
    return _inert(html)


def literal(text: str) -> str:
    """Escape a line of text that is no Markdown, so that it shows as it is."""
    return _inert(_escaped(text))


def untouched(text: str) -> str:
    """Escape a line outside pictures so that nothing acts upon it: what looks like TeX is none."""
    return _LITERAL_TEX_OPEN.sub("<span>\\\\</span>", literal(text))


def attribute(text: str) -> str:
    """Escape a text that goes into an attribute, where Anki looks for sounds and clozes, too."""
    return _inert(escape(text))


def line_with_gaps(text: str, gaps: Sequence[Gap]) -> str | None:
    """Render a line with cloze deletions at `gaps`, which have numbers and may nest.

    None if a gap would cut through Markdown, such as half of a link or of `**bold**`.
    """
    if _SPECIAL.search(text) is None:
        html = _escaped(_marked(text, gaps, ""))
        return _with_clozes(html, gaps)
    whole = _rendered_line(text)
    # A mark beside "_" must look like punctuation, beside "*" it may look like a letter: CommonMark
    # decides by the neighbours whether either opens emphasis. So both are tried.
    for guard in ("", "\u2e0f"):
        html = _rendered_line(_marked(text, gaps, guard))
        if _GAP_MARK.sub("", html) == whole:
            return _with_clozes(html, gaps)
    return None


def opaque(text: str) -> Iterator[tuple[int, int]]:
    """Find the stretches of a line in which nothing else has a meaning: code, TeX, escapes."""
    if "`" in text or "$" in text or "\\" in text:
        for match in _TEX.finditer(text):
            yield match.span()


def plain(text: str) -> str:
    """What a reader sees of a line of Markdown: no marks, no tags; TeX as it is written."""
    if _SPECIAL.search(text) is None:
        return text
    return words(line(text))


def words(html: str) -> str:
    """What a reader sees of a line of HTML."""
    return unescape(_TAG.sub("", html))


def _escaped(text: str) -> str:
    """Escape HTML; quotation marks stay, since fields are never put into attributes."""
    if "&" in text or "<" in text or ">" in text:
        return escape(text, quote=False)
    return text


def _inert(html: str) -> str:
    """Take their meaning from characters that Anki would act upon."""
    if "[" in html:
        html = _ANKI_BRACKET.sub("&#91;", html)
    if "{{c" in html:
        html = _CLOZE_OPEN.sub("&#123;&#123;", html)
    return html


def _rendered_line(text: str) -> str:
    # A full stop in front keeps cmark from seeing a list, a heading or a quotation; it counts as
    # punctuation, so emphasis may begin right after it, as at the start of a line.
    def render(masked: str) -> str:
        html: str = markdown_to_html("." + masked)
        return html.removeprefix("<p>.").rstrip("\n").removesuffix("</p>")

    return _through_cmark(text.strip().replace("\n", " "), render)


def _through_cmark(text: str, render: Callable[[str], str]) -> str:
    """Render with TeX, `<` and `&` masked, so that cmark leaves them alone."""
    tex: list[str] = []

    def mask(match: re.Match[str]) -> str:
        for kind, wrap in _TEX_DELIMITERS.items():
            if (source := match[kind]) is not None:
                tex.append(wrap.format(escape(source, quote=False)))
                return f"\x02{len(tex) - 1}\x03"
        return match[0]

    if "$" in text or "\\" in text:
        text = _TEX.sub(mask, text)
    is_masked = "<" in text or "&" in text
    if is_masked:
        if "\\" in text:
            text = _ESCAPED_HTML.sub(lambda match: match["code"] or match["char"], text)
        text = text.replace("<", "\x0e").replace("&", "\x0f")
    html = render(text)
    if "\\" in html:
        html = _LITERAL_TEX_OPEN.sub("<span>\\\\</span>", html)
    if is_masked:
        html = html.replace("\x0e", "&lt;").replace("\x0f", "&amp;")
        html = html.replace("%0E", "&lt;").replace("%0F", "&amp;")  # in addresses
    return _TEX_MARK.sub(lambda match: tex[int(match[1])], html) if tex else html


_TEX_DELIMITERS = {
    "inline": r"\({}\)",
    "dollar": r"\({}\)",
    "display": r"\[{}\]",
    "dollars": r"\[{}\]",
}


def _marked(text: str, gaps: Sequence[Gap], guard: str) -> str:
    """Put a mark at both ends of every gap; of two ends at one place the inner one is nearer."""
    ends: list[tuple[int, int, int, str]] = []
    for i, gap in enumerate(gaps):
        ends.append((gap.start, 1, -gap.end, f"{guard}\x04{i}\x05{guard}"))
        ends.append((gap.end, 0, -gap.start, f"{guard}\x06{i}\x05{guard}"))
    pieces, last = [], 0
    for at, _, _, mark in sorted(ends):
        pieces += [text[last:at], mark]
        last = at
    return "".join(pieces) + text[last:]


def _with_clozes(html: str, gaps: Sequence[Gap]) -> str | None:
    """Turn marks into Anki's clozes, making `}}` and `::` harmless inside them."""
    if "[" in html:
        html = _ANKI_BRACKET.sub("&#91;", html)
    pieces = _GAP_MARK.split(html)
    out = [_outside(pieces[0])]
    tags: list[list[str]] = []  # the tags open inside each gap that is open
    for i in range(1, len(pieces), 3):
        which, gap, text = pieces[i], gaps[int(pieces[i + 1])], pieces[i + 2]
        if which == "\x04":
            out.append(f"{{{{c{gap.number}::")
            tags.append([])
        else:
            if tags.pop():
                return None
            out.append(f"::{_hint(gap.hint)}}}}}" if gap.hint else "}}")
        if tags and not _follow_tags(tags, text):
            return None
        out.append(_inside(text) if tags else _outside(text))
    return "".join(out)


def _follow_tags(tags: list[list[str]], html: str) -> bool:
    """Keep count of the tags open in the innermost gap; False if one closes that began outside."""
    for close, name, empty in _TAG.findall(html):
        if empty or name in _VOID:
            continue
        if not close:
            tags[-1].append(name)
        elif not tags[-1] or tags[-1].pop() != name:
            return False
    return True


def _hint(text: str) -> str:
    return _inside(_ANKI_BRACKET.sub("&#91;", escape(text, quote=False)))


def _inside(html: str) -> str:
    if "}" in html or "{" in html:
        html = html.replace("}", "&#125;").replace("{", "&#123;")
    if "::" in html or html.startswith(":") or html.endswith(":"):
        html = html.replace(":", "&#58;")
    return html


def _outside(html: str) -> str:
    return _CLOZE_OPEN.sub("&#123;&#123;", html) if "{{c" in html else html
