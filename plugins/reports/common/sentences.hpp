// What a run's figures say, as plain sentences: for reports that are read in a terminal, a CI job's log or a pull
// request. Text from outside goes through `escape` of the format that is written.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "common/document.hpp"

namespace reports {

// Makes foreign text harmless in one format: clean() for plain text, or what the format's writer brings.
using escaping = std::function<std::string(std::string_view)>;

// "passed", "failed" (a threshold is crossed), or "no verdict" (not valid, or its counts do not add up).
std::string verdict_word(const json::value& document);
// "3 of 4 thresholds hold", "no threshold was set"
std::string thresholds_words(const json::value& document);
// "observed 864ms, bound < 500ms", "not measured, bound < 500ms"; ASCII, as the run report says it.
std::string observed_and_bound(const json::value& threshold, const escaping&);
// "87 requests of chat: rate_limited (429), Rate limit exceeded; from 4.28 s to 53.8 s, most at 127.64.0.4, for example
// session 24". `quote` writes the foreign parts.
std::string failure_words(const json::value& failure, const escaping& quote);
// The load in a sentence: requests, length, rate, addresses, sessions.
std::string load_words(const json::value& document);
// What makes the run not valid: its reasons and the laws that do not hold, each a sentence.
std::vector<std::string> doubts(const json::value& document, const escaping&);

}  // namespace reports
