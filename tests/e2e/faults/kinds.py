"""What a target can do wrong with an answer: each takes the peer and a way to the right answer, and says whether the
connection may carry more."""

OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


def parts(answer):
    """Head with its empty line, and body."""
    head, _, body = answer.partition(b"\r\n\r\n")
    return head + b"\r\n\r\n", body


def with_length(answer, length):
    head, body = parts(answer)
    lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"content-length:")]
    lines[1:1] = [] if length is None else [b"Content-Length: " + str(length).encode()]
    return b"\r\n".join(lines), body


def with_body(body, status=b"200 OK", kind=b"application/json"):
    """Another body, or status, in place of the answer's own."""
    def spoil(peer, answer):
        answer()
        return peer.send(b"HTTP/1.1 " + status + b"\r\nContent-Type: " + kind +
                         b"\r\nContent-Length: " + str(len(body)).encode() + b"\r\n\r\n" + body)
    return spoil


def raw(data, keep=True):
    """These bytes in place of the answer; without `keep` the connection ends after them."""
    def spoil(peer, answer):
        answer()
        peer.send(data)
        if not keep:
            peer.pause()
        return keep
    return spoil


def before(data):
    """These bytes, then the right answer."""
    return lambda peer, answer: peer.send(data + answer())


def chunked(*pieces):
    """The answer's head with Transfer-Encoding, then these bytes; BODY is the answer's body."""
    def spoil(peer, answer):
        head, body = with_length(answer(), None)
        head = head[:-2] + b"Transfer-Encoding: chunked\r\n\r\n"
        for piece in pieces:
            peer.send(head + piece(body))
            head = b""
            peer.pause()
        return True
    return spoil


def chunk(data, size=None):
    """One chunk; `size`: what it says of its length instead of the truth."""
    return (f"{len(data):x}" if size is None else size).encode() + b"\r\n" + data + b"\r\n"


LAST = b"0\r\n\r\n"


def closed_without_an_answer(peer, answer):
    answer()
    return False


def reset_without_an_answer(peer, answer):
    answer()
    peer.reset()
    return False


def half_closed_without_an_answer(peer, answer):
    answer()
    peer.half_close()
    return False


def half_closed_after_an_answer_without_length(peer, answer):
    head, body = with_length(answer(), None)
    peer.send(head[:-2] + b"Connection: close\r\n\r\n" + body)
    peer.half_close()
    return False


def begun(peer, answer, head_bytes, body_bytes):
    head, body = parts(answer())
    peer.send(head[:head_bytes] if head_bytes is not None else head + body[:body_bytes])
    peer.pause()


def cut(head_bytes, body_bytes, then=None):
    """A fault: sends so much of the answer, then does `then` with the peer, and closes."""
    def fault(peer, answer):
        begun(peer, answer, head_bytes, body_bytes)
        if then is not None:
            then(peer)
        return False
    return fault


IN_HEADER, IN_BODY = (20, 0), (None, 20)
reset_in_header = cut(*IN_HEADER, lambda peer: peer.reset())
reset_in_body = cut(*IN_BODY, lambda peer: peer.reset())
closed_in_header = cut(*IN_HEADER)
closed_in_body = cut(*IN_BODY)
half_closed_in_body = cut(*IN_BODY, lambda peer: peer.half_close())
stalled_in_header = cut(*IN_HEADER, lambda peer: peer.hold())
stalled_in_body = cut(*IN_BODY, lambda peer: peer.hold())


def stalled(peer, answer):
    answer()
    peer.hold()
    return False


def dripped(peer, answer):
    """One byte a second."""
    for byte in answer()[:8]:
        if not peer.send(bytes([byte])):
            return False
        peer.pause(1)
    peer.hold()
    return False


def length_too_short(peer, answer):
    whole = answer()
    head, body = with_length(whole, len(parts(whole)[1]) - 10)
    return peer.send(head + body)


def length_too_long(peer, answer):
    whole = answer()
    head, body = with_length(whole, len(parts(whole)[1]) + 10)
    peer.send(head + body)
    peer.hold()
    return False


def length_too_long_and_closed(peer, answer):
    whole = answer()
    head, body = with_length(whole, len(parts(whole)[1]) + 10)
    peer.send(head + body)
    peer.pause()
    return False


def two_lengths(peer, answer):
    whole = answer()
    head, body = parts(whole)
    return peer.send(head[:-2] + b"Content-Length: 7\r\n\r\n" + body)


def duplicated(peer, answer):
    """The same answer twice in one breath."""
    return peer.send(answer() * 2)


def duplicated_later(peer, answer):
    """The same answer twice, the second while the connection rests."""
    whole = answer()
    peer.send(whole)
    peer.pause(0.02)
    return peer.send(whole)


def oversized_header(peer, answer):
    head, body = parts(answer())
    peer.send(head[:-2])
    for _ in range(70):
        if not peer.send(b"X-Filler: " + b"x" * 1010 + b"\r\n"):
            return False
    return peer.send(b"\r\n" + body)


def oversized_body(peer, answer):
    """More than 64 MiB, in chunks, so that no length warns of it."""
    head, _ = with_length(answer(), None)
    peer.send(head[:-2] + b"Transfer-Encoding: chunked\r\n\r\n")
    piece = b"100000\r\n" + b" " * 0x100000 + b"\r\n"
    for _ in range(70):
        if not peer.send(piece):
            return False
    return peer.send(b"0\r\n\r\n")


# Farewells: after a right answer.
def closed_while_idle(proxy):
    def farewell(peer):
        peer.pause(0.01)
        proxy.count_left()
        return False
    return farewell


def closed_as_it_is_used(proxy):
    """Waits for the next request and closes without reading it: its bytes meet a closed socket."""
    def farewell(peer):
        peer.wait_readable()
        if not peer.has_closed():
            proxy.count_left()
        return False
    return farewell
