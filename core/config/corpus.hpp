// What customers say when the config names no file.
#pragma once

#include <span>
#include <string_view>

namespace lsrun::config {

// Customer-service messages, half Chinese, half English, of two to about sixty words. Constant.
std::span<const std::string_view> corpus();

}  // namespace lsrun::config
