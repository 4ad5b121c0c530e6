// The report's first screen as plain HTML, readable without a script: did it hold, can the figures be trusted, what was
// the load, what went wrong, what to do.
#pragma once

#include <string>

#include "common/document.hpp"

namespace reports {

std::string title(const json::value& document);       // of the page, escaped
std::string heading(const json::value& document);     // which run it is
std::string verdict(const json::value& document);     // the sentence
std::string trust(const json::value& document);       // valid, or why not
std::string thresholds(const json::value& document);  // the table with its bars
std::string load(const json::value& document);        // what the load was, in a sentence and figures
std::string what_went_wrong(const json::value& document);
std::string what_to_do(const json::value& document);
std::string definitions(const json::value& document);
// "valid", "generator_limited" ...: only letters and _, else "unknown".
std::string validity_word(const json::value& document);

}  // namespace reports
