"""How to run tsung so that its load comes from the process that is started, and nothing of it stays behind.

As it is used, tsung has Erlang start the nodes that make the load, over ssh, and a daemon (epmd) that outlives it. With
`use_controller_vm` its controller makes the load itself; epmd is started here, on loopback, and stopped.
"""

import contextlib
import socket
import subprocess
import time

CONFIG = """<?xml version="1.0"?>
<!DOCTYPE tsung SYSTEM "/usr/share/tsung/tsung-1.0.dtd">
<tsung loglevel="warning">
  <clients><client host="localhost" use_controller_vm="true" maxusers="19000"/></clients>
  <servers><server host="127.0.0.1" port="{port}" type="tcp"/></servers>
  <load duration="{seconds}" unit="second">
    <arrivalphase phase="1" duration="{seconds}" unit="second">
      <users arrivalrate="{arrivals}" unit="second" maxnumber="{users}"/>
    </arrivalphase>
  </load>
  <sessions><session name="post" probability="100" type="ts_http">
    <for var="n" from="1" to="1000000000">
      <request><http url="{path}" version="1.1" method="POST" content_type="application/json" contents_from_file="{body}"/></request>
      {pause}
    </for>
  </session></sessions>
</tsung>
"""


def command(where, url, body, seconds, users, arrivals=1000, think=None):
    """tsung's command line: `users` sessions, `arrivals` a second of them, post the file `body` to `url` over and over for
    `seconds`, and wait `think` seconds after each answer. Its files go into the folder `where`."""
    port, _, path = url.removeprefix("http://127.0.0.1:").partition("/")
    pause = f'<thinktime value="{think}" random="false"/>' if think else ""
    (where / "tsung.xml").write_text(CONFIG.format(port=port, path="/" + path, body=body, seconds=seconds, users=users,
                                                   arrivals=arrivals, pause=pause))
    return ["tsung", "-I", "127.0.0.1", "-n", "-f", where / "tsung.xml", "-l", where / "tsung-log", "start"]


@contextlib.contextmanager
def names(where):
    """The environment of a tsung in the folder `where`, its name server running beside it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = {"HOME": str(where), "ERL_EPMD_PORT": str(port), "ERL_EPMD_ADDRESS": "127.0.0.1",
             "ERL_FLAGS": "-kernel inet_dist_use_interface {127,0,0,1}"}
    epmd = subprocess.Popen(["epmd", "-port", str(port), "-address", "127.0.0.1"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(50):
            with socket.socket() as there:
                if there.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield words
    finally:
        epmd.terminate()
        epmd.wait(5)
