// Manual pages from the tables of options.hpp and of the config, in the macros of man(7).
#pragma once

#include <string>
#include <string_view>

namespace lsrun::cli {

// lsrun(1) and lsrun-config(5); `date` as 2026-01-31.
std::string manual_page(const std::string& date);
std::string config_manual_page(const std::string& date);

// Text as roff reads it: nothing in it is a request, an escape or a hyphen that may be another character.
std::string roff(std::string_view text);
// ".TH" and ".SH NAME" of a page.
std::string manual_head(const std::string& name, const std::string& section, const std::string& date,
                        std::string_view what);
// A tagged paragraph: `term` is roff already, `words` are not.
std::string tagged(const std::string& term, std::string_view words);

}  // namespace lsrun::cli
