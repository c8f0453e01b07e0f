"""What libyaml complains of, in the words of somebody who writes cards.

libyaml says what its scanner was doing. What the author was doing shows in the text around the
place and in the tokens before it, so the text is scanned a second time as far as that goes.
"""

import re
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Any, NamedTuple

from yaml.cyaml import CParser  # type: ignore[attr-defined]
from yaml.error import MarkedYAMLError, YAMLError
from yaml.tokens import (
    BlockEntryToken,
    FlowMappingEndToken,
    FlowSequenceEndToken,
    KeyToken,
    ScalarToken,
)

from deckgen.diagnostics import Diagnostic
from deckgen.model import File

# What is written out as a remedy is shown in full up to this many characters.
_LONGEST_REMEDY = 120
# The last tokens that are kept: enough for a key, its value and the list they stand in.
_KEPT = 64

# So many faults are looked for in one file, and so many characters read in doing so.
_MOST_FAULTS = 20
_MOST_SCANNED = 10_000_000
# Characters without which the rest is text again, by the rule that found them.
_HARMLESS = {
    "unquoted-colon": (":",),
    "special-character": tuple("*&!%@`|>?"),
    "escape": ("\\",),
}

_WORD = r"[^\W\d_][\w-]*"
_DASHES = r"(?:- +)*"


class _Place(NamedTuple):
    """Where the parser stopped, and where what it was reading began: offsets into the file."""

    file: File
    at: int
    begun: int
    tokens: tuple[Any, ...]  # the last ones before `at`

    @property
    def text(self) -> str:
        return self.file.text

    @property
    def char(self) -> str:
        return self.text[self.at : self.at + 1]

    @property
    def last(self) -> Any:
        return self.tokens[-1] if self.tokens else None

    @property
    def key(self) -> Any:
        """The scalar that is the last key above, or None."""
        for token, scalar in zip(self.tokens[-2::-1], self.tokens[:0:-1], strict=True):
            if isinstance(token, KeyToken) and isinstance(scalar, ScalarToken):
                return scalar
        return None

    def name(self, key: Any) -> str:
        """A key as the author wrote it, on one line."""
        return _shown(" ".join(self.text[key.start_mark.index : key.end_mark.index].split()))

    def start_of_line(self, at: int) -> int:
        return self.text.rfind("\n", 0, at) + 1

    def line(self, at: int) -> str:
        end = self.text.find("\n", at)
        return self.text[self.start_of_line(at) : end if end >= 0 else None].rstrip("\r")

    def rest(self, at: int) -> str:
        """What the author wrote from `at` to the end of the line, without a comment."""
        written = self.line(at)[at - self.start_of_line(at) :]
        return re.split(r"\s#", written, maxsplit=1)[0].strip()

    def indent(self, at: int) -> int:
        line = self.line(at)
        return len(line) - len(line.lstrip(" "))

    def column(self, at: int) -> int:
        """How far from the left edge `at` is, from 0."""
        return at - self.start_of_line(at)

    def begins_line(self, at: int) -> bool:
        return not self.text[self.start_of_line(at) : at].strip(" \t")

    def number(self, at: int) -> int:
        return self.file.span(at).line

    def error(self, at: int, rule: str, message: str) -> Diagnostic:
        return self.file.error(at, rule, message)


_Explain = Callable[[_Place], Diagnostic]


def faults_in(file: File, error: MarkedYAMLError) -> list[Diagnostic]:
    """Explain an error and those behind it: what the author did, where, what to type instead.

    To find the next one, a slip is taken out where that can be done without guessing, and by as
    many characters as it has, so that every offset stays true.
    """
    text, fault = file.text, _in_plain_words(file, file.text, error)
    found = {fault.span.line: fault}
    for _ in range(min(_MOST_FAULTS, _MOST_SCANNED // (len(text) + 1))):
        mended = _mended(text, fault)
        following = _first_error(mended) if mended is not None else None
        if mended is None or following is None:
            break
        text, fault = mended, _in_plain_words(file, mended, following)
        found.setdefault(fault.span.line, fault)  # one on a line: the remedy mends all of it
    return list(found.values())


def _in_plain_words(file: File, scanned: str, error: MarkedYAMLError) -> Diagnostic:
    """Explain an error in `scanned`, which is the file's text without the slips before it."""
    mark = error.problem_mark or error.context_mark
    at = min(mark.index, len(scanned)) if mark is not None else 0
    begun = min(error.context_mark.index, at) if error.context_mark is not None else at
    place = _Place(file, at, begun, _tokens(scanned, at))
    complaint = f"{error.problem or ''} | {error.context or ''}"
    for says, explain in _EXPLANATIONS:
        if re.search(says, complaint):
            return explain(place)
    return file.error(at, "yaml", f"this cannot be read as YAML ({error.problem}); if it is text, "
                      "put the whole of it in quotes")


def _mended(text: str, fault: Diagnostic) -> str | None:
    """Take a slip out of the text; None if it cannot be told what is left without it."""
    lines = text.split("\n")
    line, column = lines[fault.span.line - 1], fault.span.column - 1
    if line[column : column + 1] in _HARMLESS.get(fault.rule, ()):
        line = f"{line[:column]}_{line[column + 1:]}"
    elif fault.rule == "text-after-quote" and not re.search(r"[\[{]", line[:column]):
        line = line[:column] + " " * (len(line) - column)
    else:
        return None
    return "\n".join([*lines[: fault.span.line - 1], line, *lines[fault.span.line :]])


def _first_error(text: str) -> MarkedYAMLError | None:
    parser = CParser(text)
    try:
        while parser.get_event() is not None:
            pass
    except MarkedYAMLError as error:
        return error
    return None


def _tokens(text: str, at: int) -> tuple[Any, ...]:
    """Scan the text up to `at`, or to where that fails, and return the last tokens."""
    tokens: deque[Any] = deque(maxlen=_KEPT)
    scanner = CParser(text)
    with suppress(YAMLError):
        while (token := scanner.get_token()) is not None and token.start_mark.index < at:
            tokens.append(token)
    return tuple(tokens)


# ---------------------------------------------------------------- what to type instead


def _quoted(text: str) -> str:
    """Put text in the quotes that need the fewest changes inside."""
    if '"' not in text and "\\" not in text:
        return f'"{text}"'
    return "'" + text.replace("'", "''") + "'"


def _in_quotes(place: _Place, start: int, meant: str | None = None) -> str:
    """Say how the text that begins at `start` is written in quotes, with its key."""
    meant = place.rest(start) if meant is None else meant
    before = place.text[place.start_of_line(start) : start].strip(" ")
    if re.search(r"(^|[\s\[{])[\[{]", before):  # an entry between brackets
        meant, before = re.split(r"[,\]}]", meant, maxsplit=1)[0].strip(), ""
    remedy = f"{re.sub(rf'^{_DASHES}', '', before)} {_quoted(meant)}".strip()
    if len(remedy) > _LONGEST_REMEDY or not meant:
        return "put the whole text in quotes"
    return f"put the whole text in quotes: {remedy}"


def _shown(text: str) -> str:
    """Shorten what would make a message unreadable."""
    return text if len(text) <= _LONGEST_REMEDY else f"{text[:_LONGEST_REMEDY]}…"


def _spaces(count: int) -> str:
    return f"{count} space{'' if count == 1 else 's'}" if count else "no spaces"


# ---------------------------------------------------------------- a colon


def _stray_colon(place: _Place) -> Diagnostic:
    """A ':' where no key can be: nearly always one inside a text that has no quotes."""
    last, at = place.last, place.at
    if isinstance(last, ScalarToken) and not last.plain:
        return _after_quote(place)
    if isinstance(last, (FlowSequenceEndToken, FlowMappingEndToken)):
        return _after_bracket(place)
    begun = last.start_mark.index if isinstance(last, ScalarToken) else at
    if place.start_of_line(begun) == place.start_of_line(at):
        return place.error(at, "unquoted-colon", "a colon followed by a space inside text "
                           f"without quotes; {_in_quotes(place, begun)}")
    return _colon_on_a_later_line(place, begun)


def _colon_on_a_later_line(place: _Place, begun: int) -> Diagnostic:
    """The text began on a line above: either it goes on here, or this is a key out of line."""
    if (slip := _slip(place, begun)) is not None:
        return slip
    at, key = place.at, place.key
    start = place.start_of_line(at) + place.indent(at)
    name = place.text[start:at]
    above = f"the text that begins on line {place.number(begun)}"
    if key is None or not re.fullmatch(rf"{_DASHES}{_WORD}", name):
        return place.error(at, "unquoted-colon", f"a colon followed by a space inside {above}, "
                           "which has no quotes; put the whole of that text in quotes, or write "
                           "it below a '|'")
    column = place.column(key.start_mark.index)
    return place.error(start, "indentation", f"'{_shown(name)}' is taken for a part of {above}, "
                       f"because it is indented deeper than '{place.name(key)}'; if it is a key, "
                       f"begin this line with {_spaces(column)}; if it is text, put the whole "
                       "text in quotes")


def _slip(place: _Place, begun: int) -> Diagnostic | None:
    """The line above lacks a space or a colon, and so swallowed the one that follows it."""
    line = place.line(begun)
    start = place.start_of_line(begun)
    if glued := re.match(rf"\s*{_DASHES}({_WORD}):(?=[^ \t:/])", line):
        return _glued(place, start + glued.end(), glued[1])
    if dash := re.match(rf"\s*(-(?=\S)|[–—•*])(?= ?{_WORD}:(\s|$))", line):
        return place.error(start + dash.start(1), "misplaced-dash", "an item begins with a hyphen "
                           f"and a space; write '- {_shown(line[dash.end():].strip())}'")
    if lone := re.match(rf"\s*- +({_WORD})( .*)?$", line):
        return place.error(begun, "no-colon", f"no ':' after '{_shown(lone[1])}'; write "
                           f"'{_shown(lone[1] + ':' + (lone[2] or ' …').rstrip())}'")
    return None


def _glued(place: _Place, at: int, key: str) -> Diagnostic:
    key, shown = _shown(key), _shown(place.rest(at).strip())
    what = f"a blank that YAML does not know (U+{ord(place.text[at]):04X})" \
        if place.text[at : at + 1].isspace() else "no space"
    return place.error(at, "no-space-after-colon", f"{what} after '{key}:'; write "
                       f"'{key}: {shown}'")


def _no_colon(place: _Place) -> Diagnostic:
    """A line that must be a key and has no colon: a slip, or text that is not indented."""
    begun = place.begun
    line = place.line(begun).strip()
    if glued := re.match(rf"{_DASHES}({_WORD}):(?=[^ \t])", line):
        return _glued(place, begun + glued.end(), glued[1])
    if wide := re.search("[：﹕꞉]", line):
        return place.error(begun + wide.start(), "no-colon", f"'{wide[0]}' is not the colon that "
                           f"YAML knows; write '{_shown(line[: wide.start()])}: …'")
    if re.fullmatch(_WORD, line):
        return place.error(begun, "no-colon", f"no ':' after '{_shown(line)}'; write "
                           f"'{_shown(line)}: …', or, if it belongs to the text above, indent it "
                           "deeper than that text's key")
    above = f"'{place.name(place.key)}'" if place.key is not None else "its key"
    if isinstance(place.last, ScalarToken) and place.last.style in ("|", ">"):
        return place.error(begun, "indentation", f"the lines below '{place.last.style}' stand "
                           f"deeper than its key and exactly below one another; indent this line "
                           f"deeper than {above}")
    return place.error(begun, "no-colon", "a line that is neither a key with ':' nor part of the "
                       "text above it; if the text goes on here, indent this line deeper than "
                       f"{above}; if it is a key, write ':' and a space after it")


# ---------------------------------------------------------------- quotes and brackets


def _after_quote(place: _Place) -> Diagnostic:
    """Text goes on after a closing quote, or the quote closed a text meant to end long before."""
    start, end = place.last.start_mark.index, place.last.end_mark.index
    quote = place.text[start]
    if place.start_of_line(start) != place.start_of_line(end - 1):
        return place.error(start, "unclosed", f"the text that begins here with {quote} runs on to "
                           f"the next {quote}, on line {place.number(end - 1)}; close it where it "
                           f"should end, and use other quotes, such as “…” or ’, inside it")
    written = place.rest(start)
    meant = written
    if end == place.at and place.char != ":" and written[1:2] != quote:  # 'Russia's promise'
        meant = written[1:].removesuffix(quote)
    return place.error(place.at, "text-after-quote", f"text goes on after the closing {quote}; "
                       + _in_quotes(place, start, meant))


def _after_bracket(place: _Place) -> Diagnostic:
    """Text goes on after a closing bracket, so the bracket was part of the text."""
    end = place.last.end_mark.index
    opened = _opening(place.text, end - 1, place.start_of_line(end - 1))
    return place.error(place.at, "special-character", f"text goes on after the closing "
                       f"'{place.text[end - 1]}'; {_in_quotes(place, opened)}")


def _opening(text: str, end: int, least: int) -> int:
    """Find the bracket that the one at `end` closes, on the same line."""
    depth = 0
    for at in range(end, least - 1, -1):
        depth += (text[at] in "]}") - (text[at] in "[{")
        if depth == 0:
            return at
    return least


def _in_brackets(place: _Place) -> Diagnostic:
    """Something is wrong between brackets, or they are never closed."""
    begun, at = place.begun, place.at
    opened = place.text[begun : begun + 1]
    closing = {"[": "]", "{": "}"}.get(opened, "]")
    if place.start_of_line(begun) != place.start_of_line(at) or not place.char.strip():
        return place.error(begun, "unclosed", f"the '{opened}' that begins here is never closed; "
                           f"write '{closing}' at its end, or, if it is part of a text, "
                           + _in_quotes(place, begun))
    if place.char in "]}":
        return place.error(at, "unclosed", f"'{place.char}' cannot close the '{opened}' in column "
                           f"{place.file.span(begun).column}; write '{closing}' before it")
    if place.char == ":":
        return _colon_in_brackets(place)
    if isinstance(place.last, ScalarToken) and not place.last.plain:
        return place.error(at, "text-after-quote", "text goes on after the closing quote; put the "
                           "whole piece in quotes, or a comma before what follows")
    return place.error(at, "special-character", f"{place.char!r} cannot stand here; put the piece "
                       "between the commas in quotes, or a comma before what follows")


def _colon_in_brackets(place: _Place) -> Diagnostic:
    return place.error(place.at, "unquoted-colon", "a colon followed by a space inside text "
                       'without quotes; put the piece between the commas in quotes: ["…: …", …]')


def _unclosed_quote(place: _Place) -> Diagnostic:
    quote = place.text[place.begun : place.begun + 1]
    inside = "" if quote == '"' else "; an apostrophe inside '…' is written twice: ''"
    return place.error(place.begun, "unclosed", f"the text that begins here with {quote} is never "
                       f"closed; write {quote} at its end{inside}")


def _bad_escape(place: _Place) -> Diagnostic:
    begun = place.text.rfind("\\", place.begun, place.at + 1)
    found = place.text[begun : begun + 2]
    return place.error(begun, "escape", f"'{found}' means nothing inside \"…\"; write '\\{found}', "
                       "or put the text in '…', where a backslash is a backslash")


# ---------------------------------------------------------------- the first character


_KEPT_FOR_YAML = "'{}' at the beginning of a text means something else in YAML"


def special_start(file: File, at: int) -> str:
    """Say how a text is written that begins at `at` with a character YAML keeps for itself."""
    place = _Place(file, at, at, ())
    return f"{_KEPT_FOR_YAML.format(place.char)}; {_in_quotes(place, at)}"


def _special_start(place: _Place) -> Diagnostic:
    """A text begins with a character that YAML keeps for itself."""
    if place.char == "," and place.text[: place.at].rstrip()[-1:] in ("[", "{", ","):
        return place.error(place.at, "special-character", "nothing stands before this comma; take "
                           "the comma out, or write what is missing")
    for at in (place.begun, place.at):
        if (char := place.text[at : at + 1]) and char in "*&!%@`|>?,]}:-":
            if char in "|>" and place.rest(at + 1):
                block = f"; for a block of lines, write nothing after '{char}' and indent the lines"
            else:
                block = ""
            return place.error(at, "special-character", f"{_KEPT_FOR_YAML.format(char)}; "
                               f"{_in_quotes(place, at)}{block}")
    return _tab(place)


def _tab(place: _Place) -> Diagnostic:
    start = place.start_of_line(place.at)
    found = place.text.find("\t", start, max(place.at, start) + 1)
    at = found if found >= 0 else place.at
    count = ""
    if place.key is not None and re.match(rf"\s+{_WORD}:(\s|$)", place.line(at)):
        column = place.column(place.key.start_mark.index)
        count = f" ({column or 'none'}, if this is a key beside '{place.name(place.key)}')"
    return place.error(at, "tab", f"a tab where YAML wants spaces; type spaces instead{count}, and "
                       "set your editor to insert spaces when you press Tab")


def _misplaced_dash(place: _Place) -> Diagnostic:
    written = place.rest(place.at)
    if re.match(rf"- +{_WORD}:(\s|$)", written):
        return place.error(place.at, "misplaced-dash", "a list does not begin on the line of its "
                           "key; put this '-' on the next line, and all its items below it")
    return place.error(place.at, "misplaced-dash", "'- ' begins a list, and a list stands below "
                       "its key, not beside it; put it on the next line, or, if it is text, "
                       + _in_quotes(place, place.at))


def _directive(place: _Place) -> Diagnostic:
    at = place.start_of_line(place.at)
    return place.error(at, "special-character", "a line that begins with '%' is a command to "
                       "YAML, which card files do without; take it out, or put the text in quotes")


# ---------------------------------------------------------------- indentation


def _out_of_line(place: _Place) -> Diagnostic:
    """The parser has come to something that is neither the next key nor the next item."""
    last, at = place.last, place.at
    if not place.begins_line(at):
        if isinstance(last, ScalarToken) and not last.plain:
            return _after_quote(place)
        if isinstance(last, (FlowSequenceEndToken, FlowMappingEndToken)):
            return _after_bracket(place)
    elif isinstance(last, ScalarToken) and last.style in ("'", '"') and _is_torn(place):
        return _after_quote(place)
    if place.char == ":":
        return place.error(at, "no-colon", "a ':' with no key before it; write the key, or put "
                           "the text in quotes")
    return _dash_out_of_line(place) if place.rest(at).startswith("- ") or place.rest(at) == "-" \
        else _key_out_of_line(place)


def _is_torn(place: _Place) -> bool:
    """Whether the quoted text before holds what looks like keys: its quote was forgotten."""
    within = place.text[place.last.start_mark.index : place.last.end_mark.index]
    return re.search(rf"\n\s*{_DASHES}{_WORD}: ", within) is not None


def _key_out_of_line(place: _Place) -> Diagnostic:
    at, key = place.at, place.key
    here = place.indent(at)
    entry = _entry_column(place)
    if entry == here:
        return place.error(at, "indentation", "a new item begins with '- ', and what belongs to "
                           f"the item above is indented by {_spaces(here + 2)}; write '- "
                           f"{_shown(place.rest(at))}', or indent this line")
    if key is None:
        return place.error(at, "indentation", "this line does not belong to what stands above it; "
                           "keys stand exactly below one another")
    column = place.column(key.start_mark.index)
    if isinstance(place.last, ScalarToken) and place.last.style in ("|", ">") and here > column:
        return place.error(at, "indentation", f"this line begins with {_spaces(here)}, fewer than "
                           f"the first line of the text below '{place.last.style}'; begin all "
                           "lines of that text alike")
    if column == here:
        return place.error(at, "indentation", "the list or text above has ended; this line needs a "
                           "key, or '- ' if it is one more of a list")
    return place.error(at, "indentation", f"this line begins with {_spaces(here)}, and the key "
                       f"'{place.name(key)}' above it with {_spaces(column)}; begin them alike "
                       "if both are keys of one thing, so that they stand exactly below one "
                       "another")


def _dash_out_of_line(place: _Place) -> Diagnostic:
    at, key, last = place.at, place.key, place.last
    entry = _entry_column(place)
    is_item = re.match(rf"- +{_WORD}:(\s|$)", place.rest(at))
    if not is_item and key is not None and isinstance(last, ScalarToken):
        return place.error(at, "misplaced-dash", f"'{place.name(key)}' has a value already, so no "
                           "list can follow; write the whole list below the key, '- …' on each "
                           "line")
    if entry is None:
        return place.error(at, "misplaced-dash", "a list stands here without a key of its own; "
                           "write the key ('dates:', 'questions:', …) on the line above it")
    return place.error(at, "indentation", f"this '-' begins with {_spaces(place.indent(at))}, and "
                       f"the '-' of the list above with {_spaces(entry)}; begin them alike, so "
                       "that they stand exactly below one another")


def _entry_column(place: _Place) -> int | None:
    """Say how far the last '-' above is indented."""
    for token in reversed(place.tokens):
        if isinstance(token, BlockEntryToken):
            return place.indent(token.start_mark.index)
    return None


def _outside(place: _Place) -> Diagnostic:
    """What the file holds has ended, and more follows."""
    if isinstance(place.last, (FlowSequenceEndToken, FlowMappingEndToken)):
        return _after_bracket(place)
    first = re.search(r"^[^\s#].*|^[ \t]+[^\s#]", place.text, re.MULTILINE)
    if first and first[0][0] in " \t" and first.start() < place.start_of_line(place.at):
        at = first.end() - 1
        return place.error(at, "indentation", "the first line of the file is indented and those "
                           "below are not; begin it at the left edge")
    return place.error(place.at, "text-after-end", "the file has ended above this line ('...', or "
                       "text that is no key); take that line out, or give it a key")


# In order of precedence: what libyaml says (problem | context), and who puts it into plain words.
_EXPLANATIONS: tuple[tuple[str, _Explain], ...] = (
    ("tab character", _tab),
    ("mapping values are not allowed", _stray_colon),
    ("block sequence entries are not allowed", _misplaced_dash),
    ("escape character|character escape|hexdecimal number", _bad_escape),
    ("scanning a quoted scalar", _unclosed_quote),
    ("parsing a flow (sequence|mapping)", _in_brackets),
    ("directive|incompatible YAML", _directive),
    ("could not find expected ':'", _no_colon),
    ("found unexpected ':'", _colon_in_brackets),
    ("document start", _outside),
    (r"did not find expected (key|'-' indicator)", _out_of_line),
    ("cannot start any token|(scanning|parsing) an? (alias|anchor|tag|block scalar)",
     _special_start),
    ("mapping keys are not allowed|node content|undefined tag handle", _special_start),
)
