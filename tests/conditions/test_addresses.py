"""Only public addresses may be asked, whatever a name leads to."""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.conditions.addresses import may_be_asked, read

INSIDE_V4 = (
    "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
    "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
    "224.0.0.0/4", "240.0.0.0/4", "168.63.129.16/32",
)  # fmt: skip
OUTSIDE_V6 = ("::/3", "64:ff9b::/96", "2001::/32", "2001:db8::/32", "2002::/16", "4000::/2", "8000::/1")


def _in(*networks: str) -> st.SearchStrategy[IPv4Address | IPv6Address]:
    spans = [ip_network(network) for network in networks]
    return st.one_of(
        st.integers(int(span.network_address), int(span.broadcast_address)).map(type(span.network_address))
        for span in spans
    )


@given(_in(*INSIDE_V4))
def test_no_special_ipv4_address_is_asked(address: IPv4Address) -> None:
    assert not may_be_asked(address)


@given(_in(*OUTSIDE_V6))
def test_no_special_ipv6_address_is_asked(address: IPv6Address) -> None:
    assert not may_be_asked(address)


@given(st.ip_addresses(v=4), st.sampled_from(["::ffff:0:0/96", "64:ff9b::/96", "64:ff9b:1::/96", "::/96"]))
def test_no_ipv4_address_is_asked_wrapped_in_another(address: IPv4Address, around: str) -> None:
    wrapped = IPv6Address(int(IPv6Network(around).network_address) + int(address))

    assert not may_be_asked(wrapped)


@given(st.ip_addresses(v=4))
def test_no_ipv4_address_is_asked_through_a_tunnel(address: IPv4Address) -> None:
    assert not may_be_asked(IPv6Address((0x2002 << 112) + (int(address) << 80)))


@given(st.ip_addresses())
def test_what_may_be_asked_is_global_and_of_one_host(address: IPv4Address | IPv6Address) -> None:
    if may_be_asked(address):
        assert address.is_global
        assert not any((address.is_multicast, address.is_loopback, address.is_link_local, address.is_private))


@given(st.ip_addresses())
def test_for_tests_this_machine_is_asked_and_nothing_else_more(address: IPv4Address | IPv6Address) -> None:
    assert may_be_asked(address, with_loopback=True) == (address.is_loopback or may_be_asked(address))


@pytest.mark.parametrize("text", ["1.1.1.1", "91.203.5.1", "2606:4700::1111", "2a02:c0::1"])
def test_public_addresses_are_asked(text: str) -> None:
    assert may_be_asked(ip_address(text))


def test_an_address_of_one_interface_is_read_without_its_name() -> None:
    assert read("fe80::1%eth0") == ip_address("fe80::1")
