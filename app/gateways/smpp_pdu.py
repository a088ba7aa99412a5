"""SMPP's operations as octets and back, by smpplib; whatever an SMSC adds beyond the specification is passed over."""

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from smpplib import consts, exceptions, smpp

HEADER_OCTETS = 16
MOST_OCTETS = 70_000
"""No operation of ours is longer: a payload has at most 64 KiB."""

RESPONSE = 0x8000_0000
DELIVER_SM = 0x0000_0005
DATA_SM = 0x0000_0103
UNBIND = 0x0000_0006
ENQUIRE_LINK = 0x0000_0015

MESSAGE_PAYLOAD = 0x0424
RECEIPTED_MESSAGE_ID = 0x001E
MESSAGE_STATE = 0x0427
NETWORK_ERROR_CODE = 0x0423

_HEADER = struct.Struct(">LLLL")
_TLV = struct.Struct(">HH")


class BadPdu(Exception):
    """The octets are not an operation that SMPP 3.4 knows."""


@dataclass(frozen=True, slots=True)
class Head:
    """The first sixteen octets of an operation."""

    octets: int
    operation: int
    status: int
    sequence: int

    @classmethod
    def of(cls, octets: bytes) -> "Head":
        """From at least sixteen octets; raises `BadPdu` where the length cannot be true."""
        head = cls(*_HEADER.unpack_from(octets))
        if not HEADER_OCTETS <= head.octets <= MOST_OCTETS:
            raise BadPdu("The length of an operation cannot be true.")
        return head

    @property
    def is_answer(self) -> bool:
        """Whether it answers an operation of ours."""
        return bool(self.operation & RESPONSE)


@dataclass(frozen=True, slots=True)
class Delivered:
    """What a `deliver_sm` or `data_sm` holds, as far as a receipt goes."""

    esm_class: int
    source: str
    text: bytes
    tlvs: Mapping[int, bytes] = field(default_factory=dict)


def written(operation: str, sequence: int, status: int, fields: Mapping[str, int | str | bytes]) -> bytes:
    """An operation in octets, its fields by the specification's names."""
    pdu = smpp.make_pdu(operation, client=_Numbers(sequence), status=status, **fields)
    pdu.sequence = sequence
    octets: bytes = pdu.generate()
    return octets


def message_id(octets: bytes) -> str:
    """The id that a `submit_sm_resp` gives to a message; raises `BadPdu`."""
    found, _ = _read("submit_sm_resp", octets)
    return _text(found.get("message_id"))


def delivered(octets: bytes) -> Delivered:
    """The contents of a `deliver_sm` or `data_sm`; raises `BadPdu`."""
    found, tlvs = _read("data_sm" if Head.of(octets).operation == DATA_SM else "deliver_sm", octets)
    if found.get("esm_class") is None:
        raise BadPdu("An operation ends before its fields do.")
    text = found.get("short_message") or tlvs.get(MESSAGE_PAYLOAD, b"")
    return Delivered(int(found["esm_class"]), _text(found.get("source_addr")), text, tlvs)


@dataclass(frozen=True, slots=True)
class _Numbers:
    """Stands in for the library's own client, which is asked for the number of each operation."""

    sequence: int

    def next_sequence(self) -> int:
        return self.sequence


def _read(operation: str, octets: bytes) -> tuple[Mapping[str, Any], Mapping[int, bytes]]:
    """The mandatory fields of an operation by their names, and the optional ones by their tags."""
    pdu = smpp.make_pdu(operation, client=_Numbers(0))
    tlvs: dict[int, bytes] = {}
    # Shadows the library's own reading of the optional fields, which stumbles over those that it does not expect.
    vars(pdu)["parse_optional_params"] = lambda rest: tlvs.update(_tlvs(rest))
    try:
        pdu.parse(octets)
    except (struct.error, exceptions.UnknownCommandError, ValueError, TypeError, IndexError) as fault:
        raise BadPdu(f"An operation cannot be read ({type(fault).__name__}).") from None
    return vars(pdu), tlvs


def _tlvs(octets: bytes) -> Iterator[tuple[int, bytes]]:
    place = 0
    while place + _TLV.size <= len(octets):
        tag, length = _TLV.unpack_from(octets, place)
        place += _TLV.size
        yield tag, octets[place : place + length]
        place += length


def _text(octets: bytes | None) -> str:
    return (octets or b"").decode("latin-1").rstrip("\0")


INTERFACE_VERSION: int = consts.SMPP_VERSION_34
