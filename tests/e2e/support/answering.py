"""A small HTTP server of a test's own: it answers what the test says, byte by byte, and keeps what it was sent."""

import json
import socketserver
import threading


class Answering:
    """Listens on a free port of 127.0.0.1. `answer(method, target, headers, body)` returns the whole answer as bytes."""

    def __init__(self, answer):
        owner = self
        self.heads = []

        class Connection(socketserver.StreamRequestHandler):
            def handle(self):
                while True:
                    head = []
                    while line := self.rfile.readline().strip():
                        head.append(line.decode("latin-1"))
                    if not head:
                        return
                    headers = dict(part.split(": ", 1) for part in head[1:] if ": " in part)
                    body = self.rfile.read(int(headers.get("Content-Length", "0")))
                    owner.heads.append(head)
                    method, target, _ = head[0].split(" ", 2)
                    self.wfile.write(answer(method, target, headers, body))
                    self.wfile.flush()

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads, allow_reuse_address = True, True

            def handle_error(self, *_):
                pass  # lsrun ended its connection

        self._server = Server(("127.0.0.1", 0), Connection)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def close(self):
        self._server.shutdown()
        self._server.server_close()


def answer_of(body, status="200 OK", headers=()):
    if not isinstance(body, bytes):
        body = json.dumps(body, ensure_ascii=False).encode()
    lines = [f"HTTP/1.1 {status}", "Content-Type: application/json", f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode("utf-8", errors="surrogateescape") + body


def fine():
    """The envelope of the chat API that holds a reply."""
    return answer_of({"status": 200, "code": 0, "message": "SUCCESS", "data": {"message": "hello", "total_tokens": 3}})


def refusal(message, status=500):
    """The envelope of the chat API that says no."""
    return answer_of({"status": status, "code": -1, "message": message, "data": {}})
