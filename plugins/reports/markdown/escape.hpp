// Foreign text in Markdown as GitHub and GitLab read it: no markup, no link, no image, no mention of a person or issue.
#pragma once

#include <string>
#include <string_view>

namespace reports {

// For running text and cells of tables.
std::string markdown(std::string_view utf8);

// As code: `text`, with a fence longer than any inside. `in_table`: a bar is escaped too.
std::string markdown_code(std::string_view utf8, bool in_table);

}  // namespace reports
