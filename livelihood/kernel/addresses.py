"""Where a request comes from, as it is counted."""

from ipaddress import IPv6Address, ip_address, ip_network

from django.http import HttpRequest

SHARED_BITS = 64
"""Of an address of IPv6: the network of one home or one machine, which takes any address in it, another each time."""


def network_of(request: HttpRequest) -> str:
    """Return the address that asks, behind our own proxy; of IPv6 the first of its network, as who has one has all."""
    said = str(request.META.get("REMOTE_ADDR", ""))
    try:
        address = ip_address(said)
    except ValueError:  # a socket of this machine has none
        return said
    if not isinstance(address, IPv6Address):
        return said
    return str(address.ipv4_mapped or ip_network((int(address), SHARED_BITS), strict=False).network_address)
