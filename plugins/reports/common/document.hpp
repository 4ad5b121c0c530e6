// Reading the run report where every field may be absent: a figure that was not measured is absent, never 0.
#pragma once

#include <boost/json.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/selective_parse.hpp"

namespace reports {

namespace json = boost::json;

// The client addresses' figures by operation: of a run with tens of thousands of addresses they are three quarters of
// the document, and not all writers have a use for them.
inline constexpr left_out operations_of_addresses{"addresses", "operations"};

// The document as a value. Throws std::runtime_error when it is not JSON, or no object of schema lsrun-report/1.
json::value parse_document(std::string_view text, const left_out& = {});

// The value at a path of keys, "requests/sent"; nullptr where a part of the path is absent or no object.
const json::value* find(const json::value&, std::string_view path);

std::optional<double> number(const json::value&, std::string_view path);
std::optional<std::uint64_t> count(const json::value&, std::string_view path);
std::string_view text(const json::value&, std::string_view path);  // "": absent
std::optional<bool> flag(const json::value&, std::string_view path);
const json::array& rows(const json::value&, std::string_view path);    // empty: absent
const json::object& table(const json::value&, std::string_view path);  // empty: absent

// How many of the document's thresholds hold.
std::size_t held_thresholds(const json::value& document);

}  // namespace reports
