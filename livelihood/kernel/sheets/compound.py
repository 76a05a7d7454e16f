"""Takes a stream out of a compound file, which old workbooks are.

Source: [MS-CFB] Compound File Binary File Format.
"""

import struct

END_OF_CHAIN = 0xFFFFFFFA  # and above: no sector
ENTRY = 128  # bytes of an entry of the directory
SMALL_SECTOR = 64
SHIFTS = {9, 12}  # sectors of 512 and 4096 bytes


def stream(content: bytes, names: tuple[str, ...]) -> bytes:
    """Return the first stream that has one of these names.

    :raises ValueError: there is none, or a chain of sectors does not end.
    :raises struct.error: the file breaks off.
    :raises IndexError: it points outside of itself.
    """
    shift = struct.unpack_from("<H", content, 30)[0]
    if shift not in SHIFTS:
        raise ValueError("sectors of no known size")
    size = 1 << shift
    first_directory, _signature, small_limit, first_small = struct.unpack_from("<IIII", content, 48)
    table = _table(content, size)
    directory = _chain(content, table, first_directory, size)
    entries = [directory[at : at + ENTRY] for at in range(0, len(directory) - ENTRY + 1, ENTRY)]
    for entry in entries:
        length = struct.unpack_from("<H", entry, 64)[0]
        if entry[: max(length - 2, 0)].decode("utf-16-le", "replace") not in names:
            continue
        start, length = struct.unpack_from("<II", entry, 116)
        if length >= small_limit:
            return _chain(content, table, start, size)[:length]
        small = _chain(content, table, struct.unpack_from("<I", entries[0], 116)[0], size)
        small_table = _numbers(_chain(content, table, first_small, size))
        return _chain(small, small_table, start, SMALL_SECTOR, header=0)[:length]
    raise ValueError("no stream of this name")


def _table(content: bytes, size: int) -> tuple[int, ...]:
    """Return which sector follows which."""
    sectors = list(struct.unpack_from("<109I", content, 76))
    following, count = struct.unpack_from("<II", content, 68)
    for _number in range(min(count, len(content) // size)):
        if following >= END_OF_CHAIN:
            break
        more = struct.unpack_from(f"<{size // 4}I", content, size * (following + 1))
        sectors += more[:-1]
        following = more[-1]
    used = [sector for sector in sectors if sector < END_OF_CHAIN][: len(content) // size]
    return _numbers(b"".join(content[size * (one + 1) : size * (one + 2)] for one in used))


def _numbers(content: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(content) // 4}I", content[: len(content) // 4 * 4])


def _chain(content: bytes, table: tuple[int, ...], start: int, size: int, *, header: int = 1) -> bytes:
    parts: list[bytes] = []
    while start < END_OF_CHAIN:
        part = content[size * (start + header) : size * (start + header + 1)]
        parts.append(part)
        if not part or len(parts) > len(table):
            raise ValueError("a chain without an end")
        start = table[start]
    return b"".join(parts)
