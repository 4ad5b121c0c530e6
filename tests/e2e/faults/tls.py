"""Cells: what a target can do wrong with TLS. Each gets a context of the server and the authority that lsrun believes."""

import ssl

from faults import kinds
from faults.answers import IN_BODY, IN_HEADER
from faults.matrix import Cell
from support import certificates

EVERY_CONNECTION_NEW = {"target": {"keep_alive": False, "health": "none", "connect_timeout": "2s"}}
REFUSED = r"TLS: the target's certificate is refused: {} \(expected name: 127\.0\.0\.1\)"
ALERT_HANDSHAKE_FAILURE = b"\x15\x03\x03\x00\x02\x02\x28"


class Context:
    """A server's certificate, made on demand in `where`, and the authority."""

    def __init__(self, where):
        self.where = where
        self.ca = certificates.authority(where)
        certificates.authority(where, "other")

    def make(self, kind):
        names = "DNS:other.example" if kind == "another name" else "IP:127.0.0.1"
        days = -1 if kind == "expired" else 2
        ca = "other" if kind == "unknown authority" else "ca"
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certificates.server(self.where, names, kind.replace(" ", "-"), ca, days))
        return context


def hello_then(data):
    """Reads the client's hello, sends these bytes, and closes."""
    def greet(peer):
        peer.wait_readable()
        peer.socket.recv(65536)
        peer.send(data)
        peer.pause()
        return False
    return greet


def no_handshake(peer):
    peer.hold()
    return False


def without_length(good_bye):
    """An answer whose end is that of the connection, with TLS's good-bye or without."""
    def spoil(peer, answer):
        head, body = kinds.with_length(answer(), None)
        peer.send(head[:-2] + b"Connection: close\r\n\r\n" + body)
        peer.good_bye() if good_bye else peer.cut()
        return False
    return spoil


def whole_and_cut(peer, answer):
    peer.send(answer())
    return False


def record_of_garbage(peer, answer):
    """Half an answer, then bytes that are no TLS record."""
    kinds.begun(peer, answer, None, 20)
    peer.plain_send(b"\x17\x03\x03\x00\x20" + bytes(range(32)))
    peer.pause()
    return False


def certificate(kind, words):
    return Cell(f"a certificate: {kind}", "connect_error", REFUSED.format(words), tls=kind, plan=EVERY_CONNECTION_NEW)


def at_handshake(fault, words, greet, **more):
    return Cell(fault, "connect_error", words, greet=greet, plan=EVERY_CONNECTION_NEW, tls="good", **more)


CELLS = [
    at_handshake("closes in the handshake", "TLS: the target closed the connection in the handshake", hello_then(b"")),
    at_handshake("answers the handshake in plain HTTP", "TLS: wrong version number",
                 hello_then(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")),
    at_handshake("refuses the handshake by an alert", "TLS: .*alert handshake failure", hello_then(ALERT_HANDSHAKE_FAILURE)),
    at_handshake("stalls in the handshake", "connect timed out after 2s", no_handshake, share=0.1),
    certificate("expired", "certificate has expired"),
    certificate("another name", "IP address mismatch"),
    certificate("unknown authority", "unable to get local issuer certificate"),
    Cell("closes in the header, without close_notify", "protocol_error", IN_HEADER, kinds.closed_in_header, tls="good"),
    Cell("closes in the body, without close_notify", "protocol_error", IN_BODY, kinds.closed_in_body, tls="good"),
    Cell("ends a body without a length by close_notify", "ok", "", without_length(True), tls="good"),
    Cell("ends a body without a length without close_notify", "protocol_error",
         r"TLS: the answer's body ends without close_notify: it may be cut off", without_length(False), tls="good"),
    Cell("closes after a whole answer, without close_notify", "ok", "", whole_and_cut, tls="good", replaced="some"),
    Cell("sends a broken record in the body", "protocol_error", r"the connection broke inside the answer: .*",
         record_of_garbage, tls="good"),
    Cell("closes a resting TLS connection just as it is used", "ok", "", farewell=kinds.closed_as_it_is_used, share=0.4,
         tls="good", replaced="all"),
]
