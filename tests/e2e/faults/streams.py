"""Cells: what a target can do wrong with a list of events, and with a stream of them (text/event-stream)."""

from faults import kinds
from faults.kinds import parts, raw, with_body
from faults.matrix import CUT_OFF, PARLANT, Cell, merged

SSE = merged(PARLANT, {"scenario": {"options": {"wait": "sse", "wait_for_data": "2s"}}})
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
LARGE = {"bytes": "5 million reads of a byte for each answer take longer than the run"}
NO_EVENT = "a server-sent event that is none of Parlant's"


def rewritten(change):
    """The stream's text, changed; its end is the connection's."""
    def spoil(peer, answer):
        peer.send(HEAD + change(parts(answer())[1]))
        peer.pause()
        return False
    return spoil


def cell(fault, outcome, says, spoil, plan=None, **more):
    return Cell(fault, outcome, says, spoil, on=("list_events",), plan=plan or SSE, **more)


def in_small_pieces(peer, answer):
    for at in range(0, len(whole := HEAD + parts(answer())[1]), 40):
        peer.send(whole[at:at + 40])
        peer.pause(0.001)
    return False


def unfinished(text):
    """The last event without the empty line that ends it: it does not count, and the scenario asks again."""
    return text.rstrip(b"\n")


CELLS = [
    cell("lines that end in CR alone", "ok", "", rewritten(lambda t: t.replace(b"\r\n", b"\n").replace(b"\n", b"\r"))),
    cell("lines that end in CR LF, after a byte order mark", "ok", "",
         rewritten(lambda t: b"\xef\xbb\xbf" + t.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))),
    cell("comments and unknown fields between", "ok", "", rewritten(lambda t: b": hello\n\nfoo: bar\nretry: x\n\n" + t)),
    cell("pieces that end anywhere", "ok", "", in_small_pieces),
    cell("a stream that is cut before its last empty line", "ok", "", rewritten(unfinished), left_out=CUT_OFF),
    cell("broken JSON in an event", "ok", NO_EVENT, rewritten(lambda t: b'data: {"kind":\n\n' + t), steps=True),
    cell("bytes that are no UTF-8 in an event", "ok", NO_EVENT, rewritten(lambda t: b"data: \xff\xfe{\n\n" + t), steps=True),
    cell("an event of 5 MiB", "protocol_error", "an event of the stream is longer than 4 MiB",
         rewritten(lambda t: b"data: " + b"x" * 5_000_000 + b"\n\n" + t), share=0.1, left_out=LARGE),
    cell("a line that never ends", "protocol_error", "an event of the stream is longer than 4 MiB",
         rewritten(lambda t: b"x" * 5_000_000), share=0.1, left_out=LARGE),
    cell("a stream that resets", "protocol_error", r"the connection broke inside the answer: .* \(ECONNRESET\)",
         kinds.reset_in_body),
    cell("a stream that ends in the middle of a chunk", "protocol_error",
         "the target closed the connection before the answer's body was complete",
         raw(HEAD[:-2] + b"Transfer-Encoding: chunked\r\n\r\nff\r\ndata: {", keep=False)),
    cell("503 in place of a stream", "server_error", "HTTP 503", with_body(b"", b"503 Service Unavailable")),
    cell("a list that is no JSON", "protocol_error", "not a list of events", with_body(b"[{]"), PARLANT),
    cell("a list of strangers", "protocol_error", "not a list of events", with_body(b'[{"offset":-1},7]'), PARLANT),
    cell("an object in place of a list", "protocol_error", "not a list of events", with_body(b"{}"), PARLANT),
]
