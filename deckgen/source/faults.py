"""What libyaml complains of, in the words of somebody who writes cards."""

import re
from collections.abc import Callable

from yaml.error import MarkedYAMLError

from deckgen.diagnostics import Diagnostic
from deckgen.model import File

# Takes the file, where the parser stopped, and where what it was reading began.
_Explain = Callable[[File, int, int], Diagnostic]


def in_plain_words(file: File, error: MarkedYAMLError) -> Diagnostic:
    """Say what the author did, not what the scanner was doing."""
    problem = error.problem or ""
    mark = error.problem_mark or error.context_mark
    at = min(mark.index, len(file.text)) if mark is not None else 0
    begun = error.context_mark.index if error.context_mark is not None else at
    for says, explain in _EXPLANATIONS:
        if re.search(says, f"{problem} | {error.context or ''}"):
            return explain(file, at, begun)
    return file.error(at, "yaml", f"this is not YAML: {problem}")


def _line(file: File, at: int) -> str:
    """Return the line that holds an offset, without its line feed."""
    start = file.text.rfind("\n", 0, at) + 1
    end = file.text.find("\n", at)
    return file.text[start : end if end >= 0 else None].rstrip("\r")


def _stray_colon(file: File, at: int, begun: int) -> Diagnostic:
    line = _line(file, at)
    entry = re.match(r"(\s*(?:- )*)([^\s:#'\"][^:]*): (.*)", line)
    if entry and ": " in entry[3] + " ":
        value = entry[3].replace("\\", "\\\\").replace('"', '\\"')
        return file.error(at, "unquoted-colon", "a colon inside unquoted text; put the text in "
                          f'quotes: {entry[2]}: "{value}"')
    before = file.text[: at].rsplit("\n", 2)[-2] if "\n" in file.text[:at] else ""
    if glued := re.match(r"\s*(?:- )?([\w-]+):\S", before):
        return file.error(file.text.rfind("\n", 0, at) - len(before), "no-space-after-colon",
                          f"no space after '{glued[1]}:'; write '{glued[1]}: …'")
    return file.error(at, "indentation", "this key does not line up with those above; indent it "
                      "exactly as they are, or put the text it belongs to in quotes")


def _misaligned(file: File, at: int, begun: int) -> Diagnostic:
    line = _line(file, at)
    if closed := re.match(r"""\s*(?:- )?(?:[^:'"]+: )?(['"]).*""", line):
        quote = closed[1]
        other = '"' if quote == "'" else "'"
        return file.error(at, "text-after-quote", f"text goes on after the closing {quote}; put "
                          f"the whole of it in quotes, {other} around {quote} or a doubled {quote}"
                          if quote == "'" else f"text goes on after the closing {quote}; put the "
                          f"whole of it in {other}…{other}")
    if re.match(r"\s*(?:- )?[^:]+: [*&!]", line):
        return _special_start(file, at, begun)
    return file.error(at, "indentation", "this line is not indented like those it belongs to; "
                      "the keys of an item stand exactly below one another, with spaces")


def _special_start(file: File, at: int, begun: int) -> Diagnostic:
    char = file.text[at : at + 1]
    if char == "\t" or "\t" in _line(file, at)[: at - file.text.rfind("\n", 0, at)]:
        return file.error(at, "tab", "a tab; YAML is indented with spaces only")
    for place in (at, begun):
        if file.text[place : place + 1] in "*&!%@`|>":
            found = file.text[place]
            return file.error(place, "special-character", f"text that begins with {found!r} needs "
                              "quotes around it, because YAML gives that character a meaning")
    return file.error(at, "special-character", f"{char!r} cannot begin a text here; put the whole "
                      "text in quotes")


def _no_colon(file: File, at: int, begun: int) -> Diagnostic:
    line = _line(file, begun).strip()
    if glued := re.match(r"(?:- )?([\w-]+):\S", line):
        return file.error(begun, "no-space-after-colon",
                          f"no space after '{glued[1]}:'; write '{glued[1]}: …'")
    return file.error(begun, "no-colon", "a key without ':' and a value, or text that goes on "
                      "without being indented; write 'key: value', or indent the text")


def _unclosed(what: str, remedy: str) -> _Explain:
    def explain(file: File, at: int, begun: int) -> Diagnostic:
        return file.error(begun, "unclosed", f"{what} that begins here is never closed; {remedy}")
    return explain


def _fixed(rule: str, message: str) -> _Explain:
    return lambda file, at, begun: file.error(at, rule, message)


# In order of precedence: what libyaml says, and the function that puts it into the author's words.
_EXPLANATIONS: tuple[tuple[str, _Explain], ...] = (
    ("mapping values are not allowed", _stray_colon),
    ("block sequence entries are not allowed", _fixed(
        "misplaced-dash", "a list cannot begin on the line of its key; put '- …' on lines of its "
        "own, or the text in quotes")),
    ("unknown escape character|invalid Unicode character escape|hexdecimal number", _fixed(
        "escape", "an unknown escape: in \"…\" a backslash is written \\\\; use '…' or no quotes "
        "for text with backslashes")),
    ("quoted scalar.*|unexpected end of stream", _unclosed("the quoted text", "add the quote")),
    ("flow sequence", _unclosed("the '['", "add ']', or put the text in quotes")),
    ("flow mapping", _unclosed("the '{'", "add '}', or put the text in quotes")),
    ("cannot start any token|scanning an alias|scanning an anchor|scanning a tag|%", _special_start),
    ("block scalar", _fixed(
        "special-character", "text that begins with '|' or '>' needs quotes; for a block, "
        "nothing but '|' stands on the key's line")),
    ("could not find expected ':'", _no_colon),
    ("document start", _fixed(
        "text-after-end", "text where the file should begin or end; look at the line above")),
    ("did not find expected (key|'-' indicator)", _misaligned),
)
