"""A row of an order's files as one number, by which tables of rows page."""

_ROWS_OF_A_PART = 2**31
_LAST_PART = 2**15 - 1


def key_of(part: int, row_no: int) -> int:
    """Give a row's place among all rows of the order."""
    return part * _ROWS_OF_A_PART + row_no


def place_of(key: int) -> tuple[int, int]:
    """Give the part and the row that a key names; one beyond all parts is behind the last row there can be."""
    part, row_no = divmod(key, _ROWS_OF_A_PART)
    return (part, row_no) if part <= _LAST_PART else (_LAST_PART, _ROWS_OF_A_PART - 1)
