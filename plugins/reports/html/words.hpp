// All words of the page, one table for each language (words/*.json): what the first screen is written with.
#pragma once

#include <boost/json/fwd.hpp>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "common/document.hpp"

namespace reports {

class words {
 public:
  explicit words(std::string_view language);  // "en" or "zh"; another one is taken for "en"

  std::string_view language() const { return language_; }
  bool has(std::string_view key) const;
  // The text of a key as it stands; the key itself where there is none. Our own text: free of markup.
  std::string text(std::string_view key) const;
  // The text with {name} filled in; the values are HTML already.
  using value = std::pair<std::string_view, std::string>;
  std::string fill(std::string_view key, std::initializer_list<value>) const;
  // Of a number: key + ".one" for 1, else ".many"; {n} is the number, other values besides.
  std::string counted(std::string_view key, std::uint64_t n, std::initializer_list<value> = {}) const;
  // What a figure means: in English as the document says it, where it does.
  std::string definition(std::string_view name, const json::value& document) const;
  const json::object& all() const { return *table_; }

 private:
  template <class Values>
  std::string filled(std::string_view key, const Values&) const;
  std::string_view language_;
  const json::object* table_;
};

// The tables as JSON text, made part of the plugin at build time.
std::string_view words_en();
std::string_view words_zh();

// The language that the run's config asks for: [reports] language; "en" if it does not say.
std::string language_of(const json::value& document);

}  // namespace reports
