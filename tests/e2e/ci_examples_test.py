"""The examples for GitHub Actions and GitLab CI: their steps run as a runner would run them, against lstarget."""

import os
import re
import signal
import subprocess
import unittest
import xml.etree.ElementTree as xml

import yaml

from support.case import EndToEnd
from support.places import LSRUN, LSTARGET, SOURCE, free_port
from support.plan import phases, small_plan
from support.run import write_config

EXAMPLES = SOURCE / "tools" / "integrations"
# What is not run here: everything is on the PATH already.
INSTALLS = re.compile(r"^\s*apt-get ", re.MULTILINE)


class Job:
    """One job's directory and environment, and what its steps did."""

    def __init__(self, case, config, variables):
        self.where = case.folder()
        programs = self.where / "bin"
        programs.mkdir()
        for program in (LSRUN, LSTARGET):
            (programs / program.name).symlink_to(program)
        self.url = f"http://127.0.0.1:{free_port()}"
        if isinstance(config, dict):
            config = {**config, "target": {"url": self.url}}
        write_config(self.where, config)
        known = {"LSRUN_TEST": "plan.toml", "LSRUN_TARGET": self.url}
        assert set(known) <= set(variables), f"the example's variables are now {variables}"
        self.environment = {"PATH": f"{programs}:{os.environ['PATH']}", "HOME": str(self.where), "CI": "true", "LC_ALL": "C.UTF-8",
                            **{name: str(value) for name, value in variables.items()}, **known}
        self.codes, self.said = [], ""
        case.addCleanup(self.stop)
        self.groups = []

    def shell(self, script, *flags):
        """`script` by bash with these flags; its exit code. What it leaves in the background goes on, as on a runner."""
        output = open(self.where / "step.log", "w+", encoding="utf-8")
        process = subprocess.Popen(["bash", *flags, "-c", script], cwd=self.where, env=self.environment, stdin=subprocess.DEVNULL,
                                   stdout=output, stderr=subprocess.STDOUT, start_new_session=True)
        self.groups.append(process.pid)
        code = process.wait(180)
        output.seek(0)
        self.said += output.read()
        output.close()
        return code

    def stop(self):
        for group in self.groups:  # sessions of their own: only what these steps started
            try:
                os.killpg(group, signal.SIGKILL)
            except ProcessLookupError:
                pass


class Examples(EndToEnd):
    PLAN = {**small_plan("http://127.0.0.1:1", phases=phases(("600ms", 8, "step"), ("200ms", 0, "step"))), "thresholds": {"check": ["success_ratio >= 90%"]}}
    CROSSED = {**PLAN, "thresholds": {"check": ["success_ratio >= 90%", "p95(response_time) < 1us"]}}
    WRONG = '[target]\nurl = "http://127.0.0.1:1"\n[scenario]\nplugin = "chat_sync"\n[sessions]\nmaxx = 5\n'

    def github(self, config):
        """Runs the workflow's job; it, the first failed step's code (0: none), and the step summary."""
        workflow = yaml.safe_load((EXAMPLES / "github-actions" / "load-test.yml").read_text(encoding="utf-8"))
        self.assertLessEqual({"workflow_dispatch", "pull_request"}, set(workflow[True]))  # YAML 1.1 reads `on` as true
        job = workflow["jobs"]["load-test"]
        self.assertEqual(job["defaults"]["run"]["shell"], "bash")
        one = Job(self, config, job["env"])
        summary = one.where / "step_summary.md"
        summary.touch()
        one.environment["GITHUB_STEP_SUMMARY"] = str(summary)
        failed, ran = 0, []
        for step in job["steps"]:
            condition = step.get("if")
            self.assertIn(condition, (None, "${{ !cancelled() }}"))
            if "uses" in step:
                self.assertRegex(step["uses"], r"^actions/[a-z-]+@v\d+$")
                self.assertEqual("if" in step, "upload" in step["uses"])
                continue
            self.assertNotIn("${{", step["run"], "the steps go by variables alone")
            if INSTALLS.search(step["run"]) or (failed and not condition):
                continue
            ran.append(step["name"])
            code = one.shell(step["run"], "--noprofile", "--norc", "-eo", "pipefail")
            failed = failed or code
        self.assertIn("Summary", ran)
        return one, failed, summary.read_text(encoding="utf-8"), [s for s in job["steps"] if "upload" in s.get("uses", "")][0]

    def gitlab(self, config):
        """Runs the job; it, its script's code, and what after_script printed."""
        [job] = yaml.safe_load((EXAMPLES / "gitlab-ci" / "load-test.gitlab-ci.yml").read_text(encoding="utf-8")).values()
        one = Job(self, config, job["variables"])
        script = [line for line in job["before_script"] + job["script"] if not INSTALLS.search(line)]
        self.assertEqual(len(job["before_script"]) + len(job["script"]) - len(script), 2)
        code = one.shell("\n".join(script), "-eo", "pipefail")
        one.said = ""
        self.assertEqual(one.shell("\n".join(job["after_script"]), "-eo", "pipefail"), 0)
        return one, code, one.said, job

    def junit(self, path):
        suite = xml.parse(path).getroot().find("testsuite")
        return int(suite.get("tests")), int(suite.get("failures")), int(suite.get("errors"))

    def test_github_a_run_that_holds_passes_and_its_summary_says_so(self):
        one, failed, summary, upload = self.github(self.PLAN)
        self.assertEqual(failed, 0, one.said)
        self.assertIn("success_ratio", summary)
        kept = one.where / upload["with"]["path"] / "latest"
        for name in ("report.json", "junit.xml", "summary.md", "report.html", "journal.jsonl"):
            self.assertTrue((kept / name).exists(), name)
        self.assertEqual(self.junit(kept / "junit.xml"), (2, 0, 0))

    def test_github_a_crossed_threshold_fails_the_job_and_the_summary_still_comes(self):
        one, failed, summary, _ = self.github(self.CROSSED)
        self.assertEqual(failed, 99, one.said)
        self.assertIn("p95(response_time)", summary.replace("\\", ""))
        self.assertEqual(self.junit(one.where / "results" / "latest" / "junit.xml"), (3, 1, 0))

    def test_github_a_wrong_config_fails_before_anything_is_sent(self):
        one, failed, summary, _ = self.github(self.WRONG)
        self.assertEqual(failed, 2, one.said)
        self.assertIn("plan.toml:6:1", one.said)
        self.assertIn("did not begin", summary)
        self.assertFalse((one.where / "results").exists())

    def test_gitlab_a_run_that_holds_passes_and_leaves_its_reports(self):
        one, code, said, job = self.gitlab(self.PLAN)
        self.assertEqual(code, 0, said)
        self.assertIn("success_ratio", said)
        [junit] = {path.resolve() for path in one.where.glob(job["artifacts"]["reports"]["junit"])}
        self.assertEqual(self.junit(junit), (2, 0, 0))
        self.assertTrue((one.where / job["artifacts"]["paths"][0] / "latest" / "report.json").exists())

    def test_gitlab_a_crossed_threshold_fails_the_job_with_its_code_and_its_reports_are_kept(self):
        one, code, said, job = self.gitlab(self.CROSSED)
        self.assertEqual(code, 99, said)
        self.assertNotEqual(code, job["allow_failure"]["exit_codes"])
        self.assertEqual(job["artifacts"]["when"], "always")
        [junit] = {path.resolve() for path in one.where.glob(job["artifacts"]["reports"]["junit"])}
        self.assertEqual(self.junit(junit), (3, 1, 0))

    def test_gitlab_a_wrong_config_ends_the_job_with_2(self):
        one, code, said, _ = self.gitlab(self.WRONG)
        self.assertEqual((code, said), (2, ""))
        self.assertFalse((one.where / "results").exists())


if __name__ == "__main__":
    unittest.main()
