"""Cells: what a target can do wrong on a connection that it accepted."""

from faults import kinds
from faults.kinds import LAST, OK, chunk, chunked, raw, with_body
from faults.matrix import CUT_OFF, PARLANT, Cell, merged

BROKE = r"the connection broke before an answer: .* \((ECONNRESET|EPIPE)\)"
CLOSED = "the target closed the connection without an answer"
IN_HEADER = "the target closed the connection inside the answer's header"
IN_BODY = "the target closed the connection before the answer's body was complete"
INSIDE = r"the connection broke inside the answer: .* \(ECONNRESET\)"
MALFORMED = "not a chat envelope: malformed JSON"
NO_KEEPING = {"target": {"keep_alive": False, "health": "none"}}
NOT_HTTP = "the answer does not begin with HTTP/1.0 or HTTP/1.1 and a status"
SHORT_SESSIONS = {"sessions": {"turns": "constant(2)"}}
EVERYTHING = ("create_session", "chat", "list_events", "delete_session")
CHUNKS = "the answer's chunks are not well formed"


def closed_at_once(_):
    return False


CONNECTIONS = [
    Cell("accepts and closes", "protocol_error", f"{CLOSED}|{BROKE}", greet=closed_at_once, plan=NO_KEEPING,
         shown=f"{CLOSED}; or: the connection broke before an answer",
         left_out={"tls": "it is a handshake that fails there: a cell of faults/tls.py"}),
    Cell("closes without an answer", "protocol_error", CLOSED, kinds.closed_without_an_answer),
    Cell("resets without an answer", "protocol_error", BROKE, kinds.reset_without_an_answer, replaced="read"),
    Cell("half-closes without an answer", "protocol_error", CLOSED, kinds.half_closed_without_an_answer),
    Cell("closes in the header", "protocol_error", IN_HEADER, kinds.closed_in_header),
    Cell("closes in the body", "protocol_error", IN_BODY, kinds.closed_in_body),
    Cell("half-closes in the body", "protocol_error", IN_BODY, kinds.half_closed_in_body),
    Cell("half-closes after an answer without a length", "ok", "", kinds.half_closed_after_an_answer_without_length,
         left_out=CUT_OFF),
    Cell("resets in the header", "protocol_error", INSIDE, kinds.reset_in_header),
    Cell("resets in the body", "protocol_error", INSIDE, kinds.reset_in_body),
    Cell("closes a connection while it rests", "ok", "", farewell=kinds.closed_while_idle, share=0.4,
         replaced="some"),
    Cell("closes a resting connection just as it is used", "ok", "", farewell=kinds.closed_as_it_is_used, share=0.4,
         replaced="all"),
    Cell("closes without an answer when a session opens", "protocol_error", CLOSED, kinds.closed_without_an_answer,
         on=("create_session",), share=0.3, plan=SHORT_SESSIONS),
    Cell("closes without an answer, whatever is asked", "protocol_error", CLOSED, kinds.closed_without_an_answer,
         on=EVERYTHING, plan=merged(PARLANT, SHORT_SESSIONS)),
    Cell("resets in the body, whatever is asked", "protocol_error", INSIDE, kinds.reset_in_body,
         on=("create_session", "chat", "list_events"), plan=merged(PARLANT, SHORT_SESSIONS)),
    Cell("never answers when a session is deleted", "timeout", "no answer within 2s", kinds.stalled, on=("delete_session",),
         share=0.3, plan=merged(PARLANT, SHORT_SESSIONS)),
    Cell("never answers", "timeout", "no answer within 2s", kinds.stalled, plan=PARLANT),
    Cell("stalls in the header", "timeout", "the answer was not complete within 2s", kinds.stalled_in_header, plan=PARLANT),
    Cell("stalls in the body", "timeout", "the answer was not complete within 2s", kinds.stalled_in_body, plan=PARLANT),
    Cell("drips a byte a second", "timeout", "the answer was not complete within 2s", kinds.dripped, plan=PARLANT),
]

ANSWERS = [
    Cell("garbage", "protocol_error", NOT_HTTP, raw(b"\x00\xff\x13garbage\r\n\r\n")),
    Cell("another protocol's greeting", "protocol_error", NOT_HTTP, raw(b"SSH-2.0-x\r\n")),
    Cell("HTTP/2 in place of HTTP/1", "protocol_error", NOT_HTTP,
         raw(b"\x00\x00\x12\x04\x00\x00\x00\x00\x00")),
    Cell("a status that is no number", "protocol_error", "the answer's status is not a number of three digits",
         raw(b"HTTP/1.1 2x0 OK\r\nContent-Length: 0\r\n\r\n")),
    Cell("lines that end without CR", "protocol_error", "the answer's header is not well formed",
         raw(b"HTTP/1.1 200 OK\nContent-Length: 0\n\n")),
    Cell("a NUL in a header", "protocol_error", "the answer's header is not well formed",
         raw(OK + b"X-A: a\x00b\r\nContent-Length: 0\r\n\r\n")),
    Cell("Content-Length shorter than the body", "protocol_error", MALFORMED, kinds.length_too_short),
    Cell("Content-Length longer than the body", "timeout", "the answer was not complete within 2s", kinds.length_too_long,
         plan=PARLANT),
    Cell("Content-Length longer than the body, then closed", "protocol_error", IN_BODY, kinds.length_too_long_and_closed),
    Cell("Content-Length that is no number", "protocol_error", "the answer's Content-Length is not a length",
         raw(OK + b"Content-Length: ten\r\n\r\n")),
    Cell("Content-Length below zero", "protocol_error", "the answer's Content-Length is not a length",
         raw(OK + b"Content-Length: -1\r\n\r\n")),
    Cell("two Content-Lengths that differ", "protocol_error", "the answer has two different Content-Lengths",
         kinds.two_lengths),
    Cell("chunks cut anywhere", "ok", "", chunked(lambda b: chunk(b[:7]), lambda b: chunk(b[7:])[:9],
                                                  lambda b: chunk(b[7:])[9:] + LAST)),
    Cell("a chunk whose size is no number", "protocol_error", CHUNKS, chunked(lambda b: chunk(b, "zz") + LAST)),
    Cell("a chunk whose size is below zero", "protocol_error", CHUNKS, chunked(lambda b: chunk(b, "-5") + LAST)),
    Cell("a chunk whose size overflows", "protocol_error", CHUNKS, chunked(lambda b: chunk(b, "f" * 20) + LAST)),
    Cell("a chunk that is longer than its size", "protocol_error", CHUNKS,
         chunked(lambda b: chunk(b, f"{len(b) - 8:x}") + LAST)),
    Cell("chunks without a last one, then closed", "protocol_error", IN_BODY,
         lambda peer, answer: chunked(chunk)(peer, answer) and False),
    Cell("100 and 103 before the answer", "ok", "",
         kinds.before(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n")),
    Cell("forty interim answers before the answer", "protocol_error",
         r"the target sends one interim answer \(1xx\) after the other",
         kinds.before(b"HTTP/1.1 102 Processing\r\n\r\n" * 40)),
    Cell("101, unasked", "protocol_error", r"the target switched protocols \(status 101\) without being asked to",
         raw(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n")),
    Cell("204 with a body", "protocol_error", "not a chat envelope: an empty body",
         raw(b"HTTP/1.1 204 No Content\r\nContent-Length: 4\r\n\r\nbody")),
    Cell("304, unasked", "protocol_error", "HTTP 304", raw(b"HTTP/1.1 304 Not Modified\r\n\r\n")),
    Cell("a header of 70 KiB", "protocol_error", "the answer's header is longer than 64 KiB", kinds.oversized_header),
    Cell("a body that says it has 100 GB", "protocol_error", "the answer's body is longer than the largest allowed",
         raw(OK + b"Content-Length: 100000000000\r\n\r\n")),
    Cell("a body of 70 MiB without a length", "protocol_error", "the answer's body is longer than the largest allowed",
         kinds.oversized_body, share=0.04, left_out={"bytes": "70 million reads of a byte take longer than the run"}),
    Cell("the answer twice", "ok", "", kinds.duplicated),
    Cell("the answer again while the connection rests", "ok", "", kinds.duplicated_later),
    Cell("an empty body", "protocol_error", "not a chat envelope: an empty body", with_body(b"")),
    Cell("broken JSON", "protocol_error", MALFORMED, with_body(b'{"status":200,"code":0,"data":{')),
    Cell("invalid UTF-8 in a reply's text", "ok", "", with_body(b'{"status":200,"code":0,"message":"\xff\xc3(","data":{}}')),
    Cell("invalid UTF-8 and control bytes in an error's text", "server_error", r"envelope 500: a\?\?\(b \[2Jc",
         with_body(b'{"status":500,"code":-1,"message":"a\xff\xc3(b\\u001b[2Jc","data":null}')),
    Cell("JSON nested 100 000 deep", "protocol_error", MALFORMED, with_body(b"[" * 100_000)),
    Cell("a page of HTML", "protocol_error", MALFORMED, with_body(b"<html>maintenance</html>", kind=b"text/html")),
    Cell("a gateway's 502", "server_error", "HTTP 502", with_body(b"bad gateway", b"502 Bad Gateway", b"text/plain")),
    Cell("a gateway's 504", "server_error", "HTTP 504", with_body(b"", b"504 Gateway Timeout", b"text/plain")),
    Cell("404", "client_error", "HTTP 404", with_body(b"", b"404 Not Found")),
    Cell("429", "rate_limited", "HTTP 429", with_body(b"", b"429 Too Many Requests")),
    Cell("a status beyond 599", "protocol_error", "HTTP 999", with_body(b"", b"999 No")),
    Cell("a redirect to another host", "protocol_error", "HTTP 302",
         raw(b"HTTP/1.1 302 Found\r\nLocation: http://192.0.2.1/\r\nContent-Length: 0\r\n\r\n")),
]
