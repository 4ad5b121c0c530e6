// The report's first screen as plain HTML, readable without a script: did it hold, can the figures be trusted, what was
// the load, what went wrong, what to do. Written once in each language.
#pragma once

#include <string>

#include "common/document.hpp"
#include "html/words.hpp"

namespace reports {

std::string title(const json::value& document, const words&);       // of the page, escaped
std::string heading(const json::value& document, const words&);     // which run it is
std::string verdict(const json::value& document, const words&);     // the sentence
std::string trust(const json::value& document, const words&);       // valid, or why not
std::string thresholds(const json::value& document, const words&);  // the table with its bars
std::string load(const json::value& document, const words&);        // what the load was, in a sentence and figures
std::string what_went_wrong(const json::value& document, const words&);
std::string what_to_do(const json::value& document, const words&);
std::string definitions(const json::value& document, const words&);
// All of the first screen, its questions in order.
std::string first_screen(const json::value& document, const words&);
// "valid", "generator_limited" ...: only letters and _, else "unknown".
std::string validity_word(const json::value& document);
// A word with a dotted line under it whose meaning the page shows; `shown` is HTML.
std::string term(std::string_view name, const std::string& shown);

}  // namespace reports
