"""Cells: what can become of the target's process while a run goes on."""

import os
import signal
import socket
import sys
import time

from faults import isolation
from faults.event import END, GONE, LONG, LONGEST_S, QUIET, event, outcomes, wait_for_requests, wait_for_second
from faults.matrix import PARLANT, merged, same
from faults.proxy import Proxy
from support.places import LSTARGET, free_port
from support.plan import phases, small_plan
from support.target import Target

@event("refuses connections at first, for a second", "the target")
def refusing(case, problems, self):
    target = case.target("--delay", "5ms")
    proxy = Proxy(target)
    proxy.port = free_port()
    case.addCleanup(proxy.stop)
    one = case.start_plan(small_plan(proxy.url, phases=phases(("4s", 8, "step"), END), retry={"attempts": 50}, **QUIET))
    wait_for_second(case, one)
    proxy.start()
    ended = one.finish(LONGEST_S)
    requests = ended.report["totals"]["requests"]
    same(problems, "sent against read and refused", requests["sent"], sum(proxy.read.values()) + requests["connect_error"])
    same(problems, "outcomes", set(outcomes(ended.report)), {"ok", "connect_error"})
    same(problems, "steps that failed", ended.report["totals"]["steps"]["failed"], 0)
    return self.row(problems, ended, "connect_error, tried again", r"cannot connect: Connection refused \(ECONNREFUSED\)",
                    "equal", 0, "valid")


@event("does not accept: its queue of connections is full", "the target")
def deaf(case, problems, self):
    listener = socket.create_server(("127.0.0.1", 0), backlog=0)
    case.addCleanup(listener.close)
    for _ in range(4):
        filler = socket.socket()
        case.addCleanup(filler.close)
        filler.setblocking(False)
        filler.connect_ex(listener.getsockname())
    plan = small_plan(f"http://127.0.0.1:{listener.getsockname()[1]}", phases=phases(("1500ms", 8, "step"), END),
                      retry={"attempts": 2}, target={"health": "none", "connect_timeout": "500ms"})
    ended = case.run_plan(plan, timeout=LONGEST_S)
    same(problems, "outcomes", set(outcomes(ended.report)), {"connect_error"})
    same(problems, "sessions opened", ended.report["totals"]["sessions"]["opened"], 0)
    return self.row(problems, ended, "connect_error, tried again", "connect timed out after 500ms",
                    "the target sees none", 0, "valid")


@event("is gone for good", "the target")
def gone(case, problems, self):
    target = case.target("--delay", "5ms")
    one = case.start_plan(small_plan(target.url, phases=LONG))
    wait_for_requests(case, target, 20)
    target.kill()
    ended = one.finish(LONGEST_S)
    if not {"ok", "connect_error"} <= set(outcomes(ended.report)) <= {"ok", "connect_error", "protocol_error", "cancelled"}:
        problems.append(f"outcomes: {outcomes(ended.report)}")
    return self.row(problems, ended, "connect_error", GONE, "gone with the process", 5, "target_lost",
                    r"no request was answered in the last 10 s in which any ended")


@event("is killed, and started again after a second", "the target")
def killed(case, problems, self):
    target = case.target("--delay", "5ms")
    one = case.start_plan(small_plan(target.url, phases=phases(("4s", 8, "step"), END)))
    wait_for_requests(case, target, 20)
    target.kill()
    time.sleep(1)
    target.start()
    ended = one.finish(LONGEST_S)
    seen = outcomes(ended.report)
    if not {"ok", "connect_error"} <= set(seen) <= {"ok", "connect_error", "protocol_error"}:
        problems.append(f"outcomes: {seen}")
    if seen["ok"] <= target.stats()["requests"]:
        problems.append("the first process answered nothing?")
    return self.row(problems, ended, "connect_error; protocol_error of requests under way",
                    GONE, "of the second process alone", 0, "valid")


@event("a launched target's process dies", "the target")
def died(case, problems, self):
    port = free_port()
    pid_file = case.folder() / "pid"
    launch = f"echo $$ >'{pid_file}'; exec '{LSTARGET}' --listen 127.0.0.1:{port} --delay 5ms"
    one = case.start_plan(small_plan(f"http://127.0.0.1:{port}", target={"launch": launch}, phases=LONG))
    wait_for_second(case, one)
    os.kill(int(pid_file.read_text()), signal.SIGKILL)
    ended = one.finish(LONGEST_S)
    return self.row(problems, ended, "connect_error, cancelled", GONE, "gone with the process", 5, "target_lost",
                    r"the target's process ended \(killed by signal 9 \(Killed\)\)")


@event("runs out of open files", "the target",
       left_out={"tls": "a connection that it does not accept is a handshake that it does not answer: connect_error"})
def target_out_of_files(case, problems, self):
    target = Target("--delay", "50ms", "--agent-id", "agent", "--poll-every", "10ms")
    target.start(sys.executable, "-c", isolation.LIMITED, "24", "24")
    case.addCleanup(target.stop)
    ended = case.run_plan(small_plan(target.url, **merged(PARLANT, {"target": {"request_timeout": "1500ms"}}),
                                     phases=phases(("2s", 60, "step"), END)), timeout=LONGEST_S)
    seen, stats = outcomes(ended.report), target.stats()
    if not {"ok", "timeout"} <= set(seen) <= {"ok", "timeout", "empty_poll"}:
        problems.append(f"outcomes: {seen}")
    if seen["ok"] > stats["outcomes"]["ok"] or stats["requests"] > ended.report["totals"]["requests"]["sent"]:
        problems.append(f"the target counted {stats['outcomes']}, lsrun {seen}")
    return self.row(problems, ended, "timeout", r"no answer within 1\.5s", "the target answers some too late", 0, "valid")


CELLS = [refusing, deaf, gone, killed, died, target_out_of_files]
