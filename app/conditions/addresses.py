"""Which addresses a condition may be asked at: public ones only, judged after the name has been resolved."""

import ipaddress
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

_REFUSED = tuple(
    map(
        ip_network,
        (
            "100.64.0.0/10",  # CGNAT, and a cloud's metadata
            "168.63.129.16/32",  # Azure's metadata, though public
            "192.0.0.0/24",
            "192.88.99.0/24",
            "64:ff9b::/96",  # the four that follow carry an IPv4 address within
            "64:ff9b:1::/48",
            "2001::/32",
            "2002::/16",
        ),
    )
)
_GLOBAL_UNICAST = ip_network("2000::/3")

Address = IPv4Address | IPv6Address


def read(text: str) -> Address:
    """Read an address as the resolver gives it, without its zone; raise ValueError for anything else."""
    return ip_address(text.partition("%")[0])


def may_be_asked(address: Address, *, with_loopback: bool = False) -> bool:
    """Whether a server at this address may be asked.

    Private, loopback, link-local, metadata, CGNAT, multicast and reserved addresses may not, nor those in which an IPv4
    address is wrapped; `with_loopback` lets this machine be asked all the same, for tests and development.
    """
    if with_loopback and address.is_loopback:
        return True
    if isinstance(address, IPv6Address) and not _is_plain(address):
        return False
    is_special = address.is_multicast or address.is_reserved or address.is_unspecified or not address.is_global
    return not is_special and not any(address in network for network in _REFUSED)


def _is_plain(address: ipaddress.IPv6Address) -> bool:
    wraps = address.ipv4_mapped or address.sixtofour or address.teredo
    return not wraps and address in _GLOBAL_UNICAST
