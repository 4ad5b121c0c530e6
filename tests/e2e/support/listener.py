"""A port that counts who knocks: the proof that nothing was sent is that nobody connected."""

import socket
import threading


class Listener:
    """Listens on a free port of 127.0.0.1 and counts connections, which it closes at once."""

    def __init__(self):
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self.connections = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                one, _ = self._socket.accept()
            except OSError:
                return
            self.connections += 1
            one.close()

    def close(self):
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()


class Silent(Listener):
    """As above, but connections are kept open and never answered."""

    def __init__(self):
        self._kept = []
        super().__init__()

    def _accept(self):
        while True:
            try:
                one, _ = self._socket.accept()
            except OSError:
                break
            self.connections += 1
            self._kept.append(one)
        for one in self._kept:
            one.close()
