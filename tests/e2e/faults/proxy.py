"""A proxy before lstarget that does wrong: from a seed, on chosen operations, to a chosen share of their requests.

It counts what it read, what it spoilt and how; lstarget counts what went through. Together they know the truth.
"""

import hashlib
import http.client
import json
import os
import socket
import ssl
import threading
from collections import Counter

from faults.peer import Peer
from support import certificates

KEPT_APART = ("/health", "/__lstarget/")  # neither counted nor spoilt


def operation_of(request, known):
    """The operation as lsrun's scenarios name it. `known`: the chat API's session ids so far."""
    path = request.path.split("?")[0].strip("/").split("/")
    if path == ["sessions", "chat"]:
        session = json.loads(request.body)["session_id"]
        return "chat" if session in known else "create_session"
    if request.method == "DELETE":
        return "delete_session"
    if len(path) == 1:
        return {"sessions": "create_session", "customers": "create_customer", "agents": "read_agent"}[path[0]]
    if len(path) == 4:
        return "read_event"
    return "chat" if request.method == "POST" else "list_events"


class Proxy:
    """From `start` to `stop`. `spoil(peer, answer)` is called for the requests drawn; `answer()` is the right answer,
    as bytes, got from the target when it is called. It returns whether the connection may carry more.

    `greet(peer)`: called for the connections drawn, before anything is read; False: the connection is over.
    `farewell(peer)`: called after right answers that are drawn; False: likewise.

    With LSRUN_TEST_TLS=1 in the environment it speaks TLS, as Target does; small_plan then trusts it.
    """

    def __init__(self, target, spoil=None, operations=("chat",), share=0.2, seed=1, greet=None, farewell=None, tls=None):
        self.target, self.spoil, self.greet, self.farewell = target, spoil, greet, farewell
        if tls is None and os.environ.get("LSRUN_TEST_TLS"):
            tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            tls.load_cert_chain(*certificates.of_this_process()[1:])
        self.operations, self.share, self.seed, self.tls = operations, share, seed, tls
        self.health, self.healthy = None, 0  # spoils questions for health after so many right answers
        self.lock = threading.Lock()
        self.read, self.spoilt = Counter(), Counter()  # requests, by operation
        self.forwarded = 0
        self.greeted = self.left = self.handshakes_failed = 0  # connections
        self._known, self._peers, self._drawn = set(), set(), Counter()
        self._listener = None
        self.port = None

    @property
    def url(self):
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self.port}"

    def start(self):
        self._listener = socket.create_server(("127.0.0.1", self.port or 0), backlog=512)
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()
        return self

    def stop(self):
        if self._listener is not None:
            self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
            self._listener = None
        with self.lock:
            peers = list(self._peers)
        for peer in peers:
            try:
                peer.socket.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def draw(self, what):
        """Is the next of `what` one to be spoilt? A function of the seed and of how many there were before."""
        with self.lock:
            self._drawn[what] += 1
            number = self._drawn[what]
        digest = hashlib.blake2b(f"{self.seed}/{what}/{number}".encode(), digest_size=8).digest()
        return int.from_bytes(digest, "big") < self.share * 2**64

    def _accept(self, listener):
        number = 0
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection, number), daemon=True).start()
            number += 1

    def _serve(self, connection, number):
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self.greet is not None and self.draw("connection"):
            with self.lock:
                self.greeted += 1
            if not self.greet(Peer(connection, number)):
                connection.close()
                return
        if self.tls is not None:
            try:
                connection.settimeout(10)
                connection = self.tls.wrap_socket(connection, server_side=True)
            except (OSError, ssl.SSLError):
                with self.lock:
                    self.handshakes_failed += 1
                connection.close()
                return
        peer = Peer(connection, number)
        with self.lock:
            self._peers.add(peer)
        try:
            self._converse(peer)
        except OSError:
            pass
        finally:
            with self.lock:
                self._peers.discard(peer)
            peer.close()

    def _converse(self, peer):
        while (request := peer.read_request()) is not None:
            if request.path.startswith(KEPT_APART):
                if not self._apart(peer, request):
                    return
                continue
            operation = operation_of(request, self._known)
            hit = self.spoil is not None and operation in self.operations and self.draw(operation)
            with self.lock:
                self.read[operation] += 1
                self.spoilt[operation] += hit
            if not (self.spoil(peer, lambda: self._ask(request)) if hit else self._pass_on(peer, request, operation)):
                return

    def _apart(self, peer, request):
        if self.health is not None and self.healthy == 0:
            return self.health(peer, lambda: self.forward(request))
        self.healthy -= 1
        return peer.send(self.forward(request))

    def _pass_on(self, peer, request, operation):
        if not peer.send(self._ask(request)):
            return False
        peer.answered += 1
        if self.farewell is None or not self.draw(f"farewell {operation}"):
            return True
        return self.farewell(peer)

    def _ask(self, request):
        answer = self.forward(request)
        with self.lock:
            self.forwarded += 1
            if request.path == "/sessions/chat":
                self._known.add(json.loads(request.body)["session_id"])
        return answer

    def count_left(self):
        with self.lock:
            self.left += 1

    @staticmethod
    def _stream(got):
        """A stream of events, which would go on in silence, until the turn is over."""
        body = b""
        while not (b'"completed"' in body and body.endswith(b"\n\n")) and (piece := got.read1(65536)):
            body += piece
        return body

    def forward(self, request):
        """The target's answer as bytes with a Content-Length."""
        headers = {n: v for n, v in request.headers.items() if n not in ("connection", "host", "content-length")}
        if self.target.scheme == "https":
            link = http.client.HTTPSConnection(self.target.host, self.target.port, timeout=60, context=certificates.believing_all())
        else:
            link = http.client.HTTPConnection(self.target.host, self.target.port, timeout=60)
        try:
            link.request(request.method, request.path, request.body or None, headers)
            got = link.getresponse()
            body = self._stream(got) if "event-stream" in got.getheader("Content-Type", "") else got.read()
        finally:
            link.close()
        head = [f"HTTP/1.1 {got.status} {got.reason}"]
        head += [f"{n}: {v}" for n, v in got.getheaders()
                 if n.lower() not in ("connection", "transfer-encoding", "content-length")]
        if got.status not in (204, 304):
            head.append(f"Content-Length: {len(body)}")
        return "\r\n".join(head).encode("latin-1") + b"\r\n\r\n" + body
