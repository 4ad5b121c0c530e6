#!/usr/bin/env python3
"""The include check itself: on a small project that it must accept, and with one wrong line at a time that it must not."""
import pathlib
import tempfile
import unittest

import include_dag

FILES = {
    "core/model/CMakeLists.txt": "add_library(lsrun_model INTERFACE)\n",
    "core/model/word.hpp": "#include <string>\n",
    "core/pool/CMakeLists.txt": "lsrun_module(pool a.cpp DEPENDS lsrun_model)\n",
    "core/pool/a.hpp": '#include <sys/socket.h>\n#include "model/word.hpp"\n',
    "core/log/CMakeLists.txt": "lsrun_module(log log.cpp PRIVATE spdlog::spdlog)\n",
    "core/log/log.cpp": '#include <spdlog/spdlog.h>\n#include "log/log.hpp"\n',
    "core/log/log.hpp": "",
    "core/run/CMakeLists.txt": "include(parts.cmake)\nlsrun_module(run r.cpp DEPENDS lsrun_parts)  # lsrun_log\n",
    "core/run/parts.cmake": "add_library(lsrun_parts STATIC)\ntarget_link_libraries(lsrun_parts PUBLIC lsrun_pool)\n",
    "core/run/r.cpp": '#include <boost/asio/io_context.hpp>\n#include "model/word.hpp"\n#include "pool/a.hpp"\n#include "run/r.hpp"\n',
    "core/run/r.hpp": "",
    "plugin_api/include/lsrun/task.hpp": "#include <coroutine>\n#include <lsrun/abi.h>\n",
    "plugins/reports/csv/csv.cpp": '#include <lsrun/report.hpp>\n#include "csv/rows.hpp"\n',
    "tools/lsrun/cli.cpp": '#include <CLI/CLI.hpp>\n#include "run/r.hpp"\n',
}


class IncludeCheck(unittest.TestCase):
    def faults(self, changes=None):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            for name, text in {**FILES, **(changes or {})}.items():
                path = root / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)
            return include_dag.check(root)[0]

    def refused(self, path, line, words):
        faults = self.faults({path: FILES.get(path, "") + line + "\n"})
        self.assertEqual(len(faults), 1, faults)
        self.assertIn(words, faults[0])
        self.assertTrue(faults[0].startswith(path + ":"), faults[0])

    def test_a_project_that_keeps_the_rules_has_no_faults(self):
        self.assertEqual(self.faults(), [])

    def test_a_module_that_is_not_named_is_refused(self):
        self.refused("core/pool/a.hpp", '#include "log/log.hpp"', "core/pool/CMakeLists.txt does not name lsrun_log")

    def test_a_module_named_in_a_comment_only_is_refused(self):
        self.refused("core/run/r.cpp", '#include "log/log.hpp"', "does not name lsrun_log")

    def test_a_module_above_is_refused(self):
        self.refused("core/model/word.hpp", '#include "pool/a.hpp"', "does not name lsrun_pool")

    def test_a_module_that_does_not_exist_is_refused(self):
        self.refused("core/run/r.cpp", '#include "nowhere/a.hpp"', "there is no module nowhere")

    def test_a_library_is_refused_outside_its_owner(self):
        self.refused("core/run/r.cpp", "#include <toml++/toml.h>", "belongs to core/config/")
        self.refused("core/run/r.cpp", "#  include <boost/beast.hpp>", "boost/beast belongs to")
        self.refused("core/run/r.cpp", "#include <spdlog/spdlog.h>", "belongs to core/log/")
        self.refused("core/run/r.cpp", "#include <boost/dll/shared_library.hpp>", "belongs to core/plugin/")
        self.refused("core/run/r.cpp", "#include <CLI/App.hpp>", "belongs to tools/")
        self.refused("tools/lsrun/cli.cpp", "#include <toml++/toml.h>", "belongs to core/config/")

    def test_a_pure_module_is_refused_all_but_the_standard_library(self):
        self.refused("core/pool/a.hpp", "#include <boost/container/flat_map.hpp>", "pool is pure")
        self.refused("core/pool/a.hpp", "#include <sys/epoll.h>", "pool is pure")
        self.refused("core/model/word.hpp", "#include <sys/socket.h>", "model is pure")

    def test_the_sdk_is_refused_all_but_the_standard_library(self):
        self.refused("plugin_api/include/lsrun/task.hpp", '#include "model/word.hpp"', "the SDK may include")
        self.refused("plugin_api/include/lsrun/task.hpp", "#include <unistd.h>", "the SDK may include")

    def test_a_plugin_is_refused_the_core(self):
        self.refused("plugins/reports/csv/csv.cpp", '#include "pool/a.hpp"', "against the public SDK alone")

    def test_modules_in_a_circle_are_refused(self):
        faults = self.faults({"core/model/CMakeLists.txt": "lsrun_module(model DEPENDS lsrun_pool)\n"})
        self.assertTrue(any("circle" in f for f in faults), faults)

    def test_an_empty_project_is_no_success(self):
        with tempfile.TemporaryDirectory() as folder:
            self.assertEqual(include_dag.main([folder]), 1)


if __name__ == "__main__":
    unittest.main()
