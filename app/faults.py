"""What is told of a fault: its kinds and the places it went through, never its words.

An exception's words may quote an address, a text or a statement's values, and what is told ends in logs and in Valkey.
"""

import traceback


def kinds(fault: BaseException) -> str:
    """Name the kind of a fault and of its causes."""
    names = []
    cause: BaseException | None = fault
    while cause is not None:
        names.append(type(cause).__name__)
        cause = cause.__cause__ or cause.__context__
    return ", caused by ".join(names)


def places(fault: BaseException) -> str:
    """List the lines of code that it went through, the last one last."""
    return "".join(traceback.format_tb(fault.__traceback__))
