"""A release judged by genuine Anki, with make-believe students."""

from deckgen.verify.judgement import Fault, Finding, Verdict, verify
from deckgen.verify.telling import as_json, told

__all__ = ["Fault", "Finding", "Verdict", "as_json", "told", "verify"]
