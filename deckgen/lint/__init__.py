"""The rules of a project: what no single item can tell, and what makes cards hard to learn."""

from collections.abc import Iterator, Mapping

from deckgen.compile import Compiled
from deckgen.diagnostics import Diagnostic, Severity
from deckgen.lint import answers, facts, gaps, neighbours, questions, sources
from deckgen.lint import project as whole
from deckgen.lint.cards import Cards
from deckgen.lint.rule import Finding, Rule
from deckgen.model import Project, Text
from deckgen.rules import RULES
from deckgen.schema import suggested

# What matters for a release, in every build.
RELEASE = (
    Rule(whole.clashing_decks, Severity.ERROR),
    Rule(whole.unused_source, Severity.WARNING),
    Rule(whole.unused_media, Severity.WARNING),
    Rule(whole.retiring, Severity.WARNING),
)
# What matters for learning: `check` tells it.
WRITING = tuple(Rule(check, Severity.ADVICE) for check in (
    answers.answer_too_long,
    answers.yes_no,
    answers.enumeration,
    answers.answer_in_question,
    questions.open_question,
    questions.double_question,
    questions.unclear_reference,
    questions.too_little_context,
    gaps.sentence_too_long,
    gaps.too_many_gaps,
    gaps.adjacent_gaps,
    gaps.small_word_gap,
    gaps.article_in_gap,
    neighbours.ambiguous,
    neighbours.interference,
    neighbours.duplicate,
    neighbours.one_way,
    facts.undated,
    facts.number_without_unit,
    facts.stale_as_of,
    facts.less_exact_date,
    sources.unsourced,
    sources.unattributed,
))


def lint(project: Project, compiled: Compiled, *, is_whole: bool) -> list[Diagnostic]:
    """Apply the rules that matter for a release, and the others too if `is_whole`."""
    cards = Cards(project, compiled)
    ignored = _Ignored(project)
    found = list(ignored.unknown())
    for rule in (*RELEASE, *WRITING) if is_whole else RELEASE:
        found += [
            Diagnostic(finding.file.span(finding.at), rule.name, finding.message, rule.severity)
            for finding in rule.check(cards) if not ignored.has(rule.name, finding)
        ]
    return found + list(ignored.unneeded() if is_whole else ())


def manuals() -> Mapping[str, str]:
    """The manual of every rule, by its name: of the form of files, and of what is in them."""
    return RULES | {rule.name: rule.manual for rule in (*RELEASE, *WRITING)}


def ignorable() -> dict[str, str]:
    """The rules that may be ignored, each with the first line of its manual."""
    return {rule.name: rule.manual.partition("\n")[0] for rule in (*RELEASE, *WRITING)
            if rule.severity is not Severity.ERROR}


class _Ignored:
    """The rules that a project, or an item of it, does not want to hear of."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.everywhere = {text.text: text for text in project.ignore}
        self.used: set[tuple[str, int]] = set()

    def has(self, rule: str, finding: Finding) -> bool:
        """Whether a finding is ignored; remembers by what."""
        file = self.project.manifest
        text = self.everywhere.get(rule)
        if finding.item is not None:
            for mine in finding.item.ignore:
                if mine.text == rule:
                    file, text = finding.item.file, mine
        if text is None:
            return False
        self.used.add((file.path, text.at))
        return True

    def written(self) -> Iterator[tuple[Finding, Text]]:
        """Every `ignore` that was written, once, as a finding without a message."""
        seen = set()
        for text in self.project.ignore:
            yield Finding(self.project.manifest, text.at, ""), text
        for item in self.project.items:
            for text in item.ignore:
                if (item.file.path, text.at) not in seen:
                    seen.add((item.file.path, text.at))
                    yield Finding(item.file, text.at, ""), text

    def unknown(self) -> Iterator[Diagnostic]:
        """Find names that are no rule's, or the name of one that must be kept."""
        kept = ignorable()
        for place, text in self.written():
            if text.text not in kept:
                yield place.file.error(place.at, "unknown-rule", f"'{text.text}' is no rule that can "
                                       f"be ignored; {suggested(text.text, sorted(kept))}")

    def unneeded(self) -> Iterator[Diagnostic]:
        """Find what is ignored and never comes up."""
        for place, text in self.written():
            if (place.file.path, text.at) not in self.used:
                yield place.file.warning(place.at, "unneeded-ignore", f"the rule '{text.text}' finds "
                                         "nothing here; take it out of 'ignore'")


__all__ = ["RELEASE", "WRITING", "Cards", "Finding", "Rule", "ignorable", "lint", "manuals"]
