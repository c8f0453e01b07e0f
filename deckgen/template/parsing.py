"""What a template is made of: text, fields that are shown, conditions around more of it."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

# What Anki fills in besides the note's fields.
SPECIAL = frozenset({"Deck", "Subdeck", "Card", "CardFlag", "Type", "CardID", "Tags", "FrontSide"})

# What Anki takes for a blank: Unicode's, which are not quite Python's.
BLANKS = "\t\n\x0b\x0c\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(
    map(chr, range(0x2000, 0x200B))
)

# What stands in a comment is text; a comment that is never closed is none.
_TOKEN = re.compile(r"<!--.*?-->|\{\{(?P<tag>.*?)\}\}", re.DOTALL)
_OLD_TOKEN = re.compile(r"<!--.*?-->|<%(?P<tag>.*?)%>", re.DOTALL)
DEEPEST = 100  # conditions inside one another; whoever reads them calls itself for each
_OLD_DELIMITERS = "{{=<% %>=}}"


@dataclass(frozen=True, slots=True)
class Shown:
    """`{{filter:filter:Field}}`."""

    field: str
    filters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class If:
    """`{{#Field}}…{{/Field}}`, or with `^` if `is_negated`."""

    field: str
    is_negated: bool
    children: tuple["Part", ...]


Part = str | Shown | If


@dataclass(frozen=True, slots=True)
class Faulty:
    """A template that Anki would refuse: why, in our words and in Anki's, and where in it."""

    message: str
    offset: int
    said: str = ""


def parse(template: str) -> tuple[Part, ...] | Faulty:
    """Take a template apart."""
    token, last = _TOKEN, 0
    if template.lstrip(BLANKS).startswith(_OLD_DELIMITERS):
        token, last = _OLD_TOKEN, template.index(_OLD_DELIMITERS) + len(_OLD_DELIMITERS)
    stack: list[tuple[str, bool, int, list[Part]]] = [("", False, 0, [])]
    for match in token.finditer(template, last):
        parts = stack[-1][3]
        if match.start() > last:
            parts.append(template[last : match.start()])
        last = match.end()
        if match["tag"] is None:
            parts.append(match[0])
            continue
        tag = match["tag"].lstrip("{").strip(BLANKS)
        sign, name = tag[:1], tag[1:].strip(BLANKS)
        if name and sign in ("#", "^"):
            if len(stack) > DEEPEST:
                return Faulty(f"more than {DEEPEST} conditions inside one another", match.start())
            stack.append((name, sign == "^", match.start(), []))
        elif name and sign == "/":
            opened, is_negated, _, children = stack[-1]
            if len(stack) == 1 or opened != name:
                return _not_open(name, opened, match.start())
            stack.pop()
            stack[-1][3].append(If(name, is_negated, tuple(children)))
        else:
            *filters, field = tag.split(":")
            parts.append(Shown(field, tuple(filters)))
    if len(stack) > 1:
        name, is_negated, offset, _ = stack[-1]
        sign = "^" if is_negated else "#"
        return Faulty(f"'{tagged(sign + name)}' is never closed", offset,
                      f"Missing '{isolated(tagged('/' + name))}'")
    if template[last:]:
        stack[0][3].append(template[last:])
    return tuple(stack[0][3])


def _not_open(name: str, opened: str, offset: int) -> Faulty:
    found = f"Found '{isolated(tagged('/' + name))}', but "
    if opened:
        said = f"{found}expected '{isolated(tagged('/' + opened))}'"
    else:
        said = (f"{found}missing '{isolated(tagged('#' + name))}' "
                f"or '{isolated(tagged('^' + name))}'")
    return Faulty(f"'{tagged('/' + name)}' closes what is not open", offset, said)


def renamed(template: str, names: Mapping[str, str]) -> str:
    """Write a template as Anki does once fields have other names, by the old one; tags lose blanks."""
    parts = parse(template)
    return template if isinstance(parts, Faulty) else "".join(_written(parts, names))


def _written(parts: Iterable[Part], names: Mapping[str, str]) -> Iterator[str]:
    for part in parts:
        if isinstance(part, str):
            yield part
        elif isinstance(part, Shown):
            yield tagged(":".join((*part.filters, names.get(part.field, part.field))))
        else:
            name = names.get(part.field, part.field)
            yield tagged(("^" if part.is_negated else "#") + name)
            yield from _written(part.children, names)
            yield tagged(f"/{name}")


def tagged(name: str) -> str:
    """Write a tag."""
    return f"{{{{{name}}}}}"


def isolated(text: str) -> str:
    """Set a text apart from the direction of the words around it, as Anki's messages do."""
    return f"\u2068{text}\u2069"


def fields_of(parts: Iterable[Part]) -> Iterable[str]:
    """Name every field a template speaks of, conditions included."""
    for part in parts:
        if isinstance(part, Shown):
            yield part.field
        elif isinstance(part, If):
            yield part.field
            yield from fields_of(part.children)


def fields_in(template: str) -> set[str]:
    """Name every field that a template speaks of; none if it is faulty."""
    parts = parse(template)
    return set() if isinstance(parts, Faulty) else set(fields_of(parts))
