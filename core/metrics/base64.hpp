// Base64 (RFC 4648, section 4, with padding): how HdrHistogram's logs and the journal hold compressed histograms.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace lsrun::metrics {

std::string to_base64(std::string_view bytes);
// The bytes; nullopt when the text is not base64.
std::optional<std::string> from_base64(std::string_view text);

}  // namespace lsrun::metrics
