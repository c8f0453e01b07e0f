"""A function's answers kept: words and the like come back in sentence after sentence."""

from collections.abc import Callable, Hashable
from typing import Final, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

# When so many answers are kept, all are forgotten: memory stays bounded whatever is read.
_MOST: Final = 1 << 15
# A longer text is hardly ever met again.
_LONGEST: Final = 64


class Memory(dict[K, V]):
    """`memory[question]` is `make(question)`; quicker than any cache that must count or sort."""

    __slots__ = ("make",)

    def __init__(self, make: Callable[[K], V]) -> None:
        super().__init__()
        self.make = make

    def __missing__(self, question: K) -> V:
        answer = self.make(question)
        if not (isinstance(question, str) and len(question) > _LONGEST):
            if len(self) >= _MOST:
                self.clear()
            self[question] = answer
        return answer
