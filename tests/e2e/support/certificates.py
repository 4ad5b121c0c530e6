"""A certificate authority of the test's own and a server certificate for 127.0.0.1, made by openssl."""

import atexit
import functools
import pathlib
import shutil
import ssl
import subprocess
import tempfile
import threading


def _openssl(where, *words):
    subprocess.run(["openssl", *words], cwd=where, check=True, timeout=180, stdout=subprocess.DEVNULL,
                   stderr=subprocess.PIPE)


def authority(where, name="ca"):
    """Makes NAME.pem and NAME.key in `where`; the path of the certificate."""
    _openssl(where, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
             "-subj", f"/CN=lsrun test {name}", "-addext", "basicConstraints=critical,CA:TRUE",
             "-addext", "keyUsage=critical,keyCertSign", "-keyout", f"{name}.key", "-out", f"{name}.pem")
    return where / f"{name}.pem"


def server(where, names="IP:127.0.0.1", name="server", ca="ca", days=2):
    """Makes NAME.pem and NAME.key for these names, signed by the authority; both paths. Negative `days`: expired so long."""
    _openssl(where, "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=lstarget",
             "-keyout", f"{name}.key", "-out", f"{name}.csr")
    (where / f"{name}.ext").write_text(f"subjectAltName={names}\nbasicConstraints=CA:FALSE\n")
    _openssl(where, "x509", "-req", "-in", f"{name}.csr", "-CA", f"{ca}.pem", "-CAkey", f"{ca}.key", "-CAcreateserial",
             "-days", str(days), "-extfile", f"{name}.ext", "-out", f"{name}.pem")
    return where / f"{name}.pem", where / f"{name}.key"


_MAKING = threading.Lock()


def of_this_process():
    """One authority and one server certificate for 127.0.0.1 and ::1 as long as this process lives: (ca, certificate, key)."""
    with _MAKING:  # tests that do several things at a time ask for it at once
        return _of_this_process()


@functools.cache
def _of_this_process():
    where = pathlib.Path(tempfile.mkdtemp(prefix="lsrun-e2e-tls-"))
    atexit.register(shutil.rmtree, where, ignore_errors=True)
    return authority(where), *server(where, "IP:127.0.0.1,IP:::1")


@functools.cache
def believing_all():
    """For a client of a test that asks what it started itself."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # without the system's authorities, which take long to load
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
