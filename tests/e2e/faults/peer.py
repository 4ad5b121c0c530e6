"""One accepted connection of the faulty proxy: whole requests in, any bytes out, every way to end."""

import os
import select
import socket
import ssl
import struct
import time

PATIENCE_S = 20  # no call waits for longer


class Request:
    """A request as it came: `method`, `path`, `headers` (names in lower case), `body`, and `raw`, its bytes."""

    def __init__(self, head, body):
        lines = head.decode("latin-1").split("\r\n")
        self.method, self.path = lines[0].split(" ")[:2]
        self.headers = {}
        for line in lines[1:]:
            name, _, value = line.partition(":")
            self.headers[name.strip().lower()] = value.strip()
        self.body = body


class Peer:
    def __init__(self, connection, number):
        self.socket, self.number = connection, number
        self.socket.settimeout(PATIENCE_S)
        self.answered = 0
        self._bytes = b""

    def read_request(self):
        """The next request; None when the client has closed, or says nothing for long."""
        try:
            while b"\r\n\r\n" not in self._bytes:
                if not self._more():
                    return None
            head, _, self._bytes = self._bytes.partition(b"\r\n\r\n")
            request = Request(head, b"")
            length = int(request.headers.get("content-length", 0))
            while len(self._bytes) < length:
                if not self._more():
                    return None
            request.body, self._bytes = self._bytes[:length], self._bytes[length:]
            return request
        except OSError:
            return None

    def _more(self):
        piece = self.socket.recv(65536)
        self._bytes += piece
        return bool(piece)

    def send(self, data):
        """All of it; False when the client is gone."""
        try:
            self.socket.sendall(data)
            return True
        except OSError:
            return False

    def plain_send(self, data):
        """Past TLS, as they are."""
        os.write(self.socket.fileno(), data)

    def pause(self, seconds=0.03):
        """Long enough for what was sent to be read by itself."""
        time.sleep(seconds)

    def wait_readable(self):
        """Until the client sends or closes; reads nothing."""
        select.select([self.socket], [], [], PATIENCE_S)

    def has_closed(self):
        """Did the readable client close rather than send? Reads nothing. With TLS, a record as short as an alert's is its
        good-bye."""
        with socket.socket(fileno=os.dup(self.socket.fileno())) as plain:
            try:
                start = plain.recv(5, socket.MSG_PEEK)
            except OSError:
                return True
        if isinstance(self.socket, ssl.SSLSocket):
            return len(start) < 5 or int.from_bytes(start[3:], "big") < 32
        return start == b""

    def hold(self):
        """Until the client closes."""
        try:
            while self.socket.recv(65536):
                pass
        except OSError:
            pass

    def half_close(self):
        self.socket.shutdown(socket.SHUT_WR)
        self.hold()

    def cut(self):
        """The end of the TCP connection, in order, without TLS's own good-bye."""
        self.socket.close()

    def good_bye(self):
        """TLS's own end, then that of the connection."""
        try:
            plain = self.socket.unwrap()
            plain.close()
        except (OSError, ssl.SSLError, ValueError):
            pass
        self.socket.close()

    def reset(self):
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()

    close = cut
