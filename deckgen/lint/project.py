"""Rules over a project as a whole: names that clash, what nothing uses, what is no more."""

from collections.abc import Iterator

from deckgen.compile import hashed_name
from deckgen.lint.cards import Cards
from deckgen.lint.rule import Finding
from deckgen.model import File


def clashing_decks(cards: Cards) -> Iterator[Finding]:
    """Anki takes deck names that differ only in capitals for one deck.

    Write the name in one way in all files; the finding stands in the second of them.
    """
    first: dict[str, str] = {}
    for item in cards.items:
        other = first.setdefault(item.deck.casefold(), item.deck)
        if other != item.deck:
            yield Finding(item.file, 0, f"the decks {item.deck!r} and {other!r} are one deck in Anki; "
                          "write the name in one way")
            first[item.deck.casefold()] = item.deck


def unused_source(cards: Cards) -> Iterator[Finding]:
    """No item cites this source: a forgotten citation, or a leftover.

    Cite it where it was used, so that students can look it up, or take it out of sources.yaml.
    """
    cited = {citation.key for item in cards.items for citation in item.sources}
    for key, cite in cards.project.cites.items():
        if key not in cited:
            yield Finding(cite.file, cite.at, f"no item cites '{key}'; cite it, or take it out")


def unused_media(cards: Cards) -> Iterator[Finding]:
    """No item shows this file, so it is not packed.

    Often its name was misspelt, or a card taken out. Refer to it ('image: …'), or take it out.
    """
    packed = {name for name, _ in cards.compiled.deck.media}
    for name, media in cards.project.media.items():
        if hashed_name(name, media.digest) not in packed:
            yield Finding(File(media.path, ""), 0, "no item shows this file, so it is not "
                          "packed; refer to it, or take it out")


def retiring(cards: Cards) -> Iterator[Finding]:
    """Items that were in the last build are in no file any more.

    Students keep what they have, so these cards get a last update that says that they are retired.
    If that was meant, nothing need be done, and the warning comes once; a reason can be given in
    any card file. If it was not, put the items back: perhaps a file was moved out of the folder, or
    an id was changed.

      good:  retired:
               normandy-format: Asked better in normandy-members.
    """
    explained = {retirement.id for retirement in cards.project.retired}
    names = [name for key, name in cards.compiled.changes.retired
             if key.partition("/")[0] not in explained]
    if names:
        listed = ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
        what = f"{len(names)} items are" if len(names) > 1 else "an item is"
        yield Finding(cards.project.manifest, 0, f"{what} no longer there: {listed}. Students who "
                      "have such cards get a last update that says so. If only an id was changed, "
                      "put the old one back; to give a reason, write 'retired: {ID: reason}' into a "
                      "card file")
