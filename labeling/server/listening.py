"""Where the server listens: on this machine only, unless it is told otherwise."""

import socket

from labeling.errors import InputError, ParityError

HOST = "127.0.0.1"
FIRST_PORT = 6900
_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}


def listen(host: str, port: int | None) -> socket.socket:
    """A listening socket on `port` of `host`, or else on the first free one from 6900 on.

    Raises InputError when this machine has no such address.
    """
    family, address = _resolve(host)
    wanted = [] if port is None else [port]
    for candidate in [*wanted, *range(FIRST_PORT, FIRST_PORT + 100), 0]:
        listener = socket.socket(family, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((address, candidate))
            listener.listen()  # two sockets may bind the same port, but only one can listen
        except OSError:
            listener.close()
            continue
        return listener
    raise ParityError(f"no free port on {host}")


def url_of(listener: socket.socket) -> str:
    """The address by which this machine itself reaches the server."""
    host, port = listener.getsockname()[:2]
    host = _EVERYWHERE.get(host, host)
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def check(host: str) -> None:
    """Raise InputError when this machine has no such address."""
    _resolve(host)


def is_private(host: str) -> bool:
    """Whether only this machine reaches `host`; InputError when it has no such address."""
    _, address = _resolve(host)
    return address == "::1" or address.startswith("127.")


def warning(host: str) -> str | None:
    """What it means to listen on `host`; None where only this machine reaches it."""
    if is_private(host):
        return None
    _, address = _resolve(host)
    where = f"by {socket.gethostname()} or its address" if address in _EVERYWHERE else f"at {host}"
    return (
        f"--host {host}: every machine that reaches this one can open the sign-in page ({where}), "
        "and passwords and answers travel unencrypted; on a network that is not yours alone, put a "
        "proxy with HTTPS before it"
    )


def _resolve(host: str) -> tuple[socket.AddressFamily, str]:
    """Family and number of an address of this machine."""
    try:
        family, *_, address = socket.getaddrinfo(host, 0, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, socket.SOCK_STREAM) as trial:
            trial.bind((address[0], 0))
    except OSError:
        raise InputError(
            f"--host {host}: this machine has no such address; 127.0.0.1 is this machine only, "
            "0.0.0.0 all its addresses"
        ) from None
    return family, str(address[0])
