// The files beside this one, as text inside the plugin.
#pragma once

#include <string_view>

namespace html_report {

std::string_view template_html();  // {{words}} in it are filled in by html_report.cpp
std::string_view styles();
std::string_view chart_library();  // uPlot, vendor/uplot
std::string_view scripts();

}  // namespace html_report
