"""Every way of reading an answer gives the same figures: by the fast path, by the parser alone, byte by byte, through TLS."""

import unittest

from support import certificates
from support.case import EndToEnd
from support.plan import phases, small_plan, unhurried

# lstarget's minute is this many times shorter: its chat limit is then 15 in 1 s.
SECOND = ("--time-scale", 60)
WAYS = {"fast": None, "parser": "parser", "bytes": "bytes", "parser,bytes": "parser,bytes"}


class Reading(EndToEnd):
    def conserved(self, way, tls, *options, keep_alive=True):
        """Refusals, errors and lost replies of every kind; the target's counts and the client's are one.

        Some 90 messages are let through, 15 of each address in each second: with a share of 30 % none is left without its kind.
        """
        over, named = {}, {}
        if tls:
            where = self.folder()
            over["target.tls"] = {"ca": str(certificates.authority(where))}
            certificate, key = certificates.server(where)
            options += ("--tls-cert", certificate, "--tls-key", key)
            named["scheme"] = "https"
        target = self.target("--limits", "chat=15/min", *SECOND, "--delay", "3ms", *options, **named)
        plan = small_plan(target.url, target={"keep_alive": keep_alive}, pool={"count": 2}, sessions={"think_time": "none"},
                          limits={"create_session": "none", "chat": "20/s"},
                          phases=phases((unhurried(2500), 10, "step"), ("500ms", 0, "step")), **over)
        ended = self.run_plan(plan, environment={"LSRUN_READ": WAYS[way]} if WAYS[way] else None)
        self.assert_true_run(ended, target)
        requests = ended.report["totals"]["requests"]
        self.assertGreater(requests["ok"], 10)
        return requests

    def test_plain_refusals_and_errors(self):
        for way in WAYS:
            with self.subTest(way):
                requests = self.conserved(way, False, "--refusal", "plain", "--retry-after", "--error-share", "30%")
                self.assertGreater(requests["server_error"], 0)

    def test_hidden_refusals_and_business_errors(self):
        for way in WAYS:
            with self.subTest(way):
                requests = self.conserved(way, False, "--refusal", "hidden", "--business-share", "30%")
                self.assertGreater(requests["business_error"], 0)
                self.assertGreater(requests["rate_limited"], 0)

    def test_through_tls(self):
        for way in WAYS:
            with self.subTest(way):
                self.conserved(way, True, "--error-share", "10%")

    def test_on_a_new_connection_each(self):
        for way in WAYS:
            with self.subTest(way):
                self.conserved(way, False, "--error-share", "10%", keep_alive=False)


if __name__ == "__main__":
    unittest.main(verbosity=2)
