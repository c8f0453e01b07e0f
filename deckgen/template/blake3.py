"""The hash that Anki names its hints by, from the specification of BLAKE3.

Only as much of it as that takes: no key, no context, 32 bytes at most. `hashlib` has none.
"""

from struct import pack, unpack

_CHUNK, _BLOCK = 1024, 64
_CHUNK_START, _CHUNK_END, _PARENT, _ROOT = 1, 2, 4, 8
_WORD = 0xFFFFFFFF
_INITIAL = (
    0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A, 0x510E527F, 0x9B05688C, 0x1F83D9AB, 0x5BE0CD19,
)
_ORDER = (2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8)
_ROUNDS = 7
# Columns, then diagonals, of a state of four by four words.
_QUARTERS = (
    (0, 4, 8, 12), (1, 5, 9, 13), (2, 6, 10, 14), (3, 7, 11, 15),
    (0, 5, 10, 15), (1, 6, 11, 12), (2, 7, 8, 13), (3, 4, 9, 14),
)


def digest(message: bytes) -> bytes:
    """Hash a message to 32 bytes."""
    return pack("<8I", *_tree(message, 0, _ROOT))


def _tree(message: bytes, first: int, flags: int) -> tuple[int, ...]:
    """Hash a part of a message that begins with the chunk `first`."""
    if len(message) <= _CHUNK:
        return _chunk(message, first, flags)
    chunks = 1 << ((len(message) - 1) // _CHUNK).bit_length() - 1  # the left side is a full tree
    left = _tree(message[: chunks * _CHUNK], first, 0)
    right = _tree(message[chunks * _CHUNK :], first + chunks, 0)
    return _compressed(_INITIAL, pack("<16I", *left, *right), 0, _PARENT | flags)


def _chunk(message: bytes, number: int, flags: int) -> tuple[int, ...]:
    state: tuple[int, ...] = _INITIAL
    blocks = [message[i : i + _BLOCK] for i in range(0, len(message), _BLOCK)] or [b""]
    for i, block in enumerate(blocks):
        start = _CHUNK_START if i == 0 else 0
        end = _CHUNK_END | flags if i == len(blocks) - 1 else 0
        state = _compressed(state, block, number, start | end)
    return state


def _compressed(
    state: tuple[int, ...], block: bytes, counter: int, flags: int
) -> tuple[int, ...]:
    words = unpack("<16I", block.ljust(_BLOCK, b"\0"))
    v = [*state, *_INITIAL[:4], counter & _WORD, counter >> 32, len(block), flags]
    for _ in range(_ROUNDS):
        for i, quarter in enumerate(_QUARTERS):
            _mix(v, *quarter, words[2 * i], words[2 * i + 1])
        words = tuple(words[i] for i in _ORDER)
    return tuple(v[i] ^ v[i + 8] for i in range(8))


def _mix(v: list[int], a: int, b: int, c: int, d: int, x: int, y: int) -> None:
    """Mix two words of the block into four of the state; written out, because most time goes here."""
    one, four = v[a] + v[b] + x & _WORD, v[d]
    four ^= one
    four = four >> 16 | four << 16 & _WORD
    three = v[c] + four & _WORD
    two = v[b] ^ three
    two = two >> 12 | two << 20 & _WORD
    v[a] = one = one + two + y & _WORD
    four ^= one
    v[d] = four = four >> 8 | four << 24 & _WORD
    v[c] = three = three + four & _WORD
    two ^= three
    v[b] = two >> 7 | two << 25 & _WORD
