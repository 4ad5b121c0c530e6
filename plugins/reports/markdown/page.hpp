// The run as a page of GitHub's Markdown, short enough for a pull request's comment or a CI step's summary.
#pragma once

#include <string>

#include "common/document.hpp"

namespace reports {

std::string markdown_page(const json::value& document);

}  // namespace reports
