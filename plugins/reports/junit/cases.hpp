// The run as test cases of JUnit's XML: one for each threshold, one for "can the figures be trusted".
#pragma once

#include <string>
#include <vector>

#include "common/document.hpp"

namespace reports {

struct test_case {
  enum class verdict { passed, failed, error };
  std::string group, name;  // classname and name
  verdict how = verdict::passed;
  std::string message;   // one line; of a failure or error
  std::string evidence;  // lines; what it is judged by
};

// In the document's order; the case of trust first. Plain text, not escaped.
std::vector<test_case> test_cases(const json::value& document);

// The file: <testsuites> with one <testsuite>.
std::string junit_xml(const json::value& document);

}  // namespace reports
