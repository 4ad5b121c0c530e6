// What a plugin says of itself, looked at in memory: every field wrong once.
#include "plugin/validate.hpp"

#include <boost/test/unit_test.hpp>
#include <functional>
#include <lsrun/options.hpp>
#include <random>

using namespace lsrun;

namespace {

lsrun_status create(const lsrun_host*, lsrun_setup*, lsrun_scenario*, lsrun_text_out*) noexcept { return LSRUN_OK; }
lsrun_status write(const lsrun_host*, lsrun_setup*, const lsrun_report_input*, const lsrun_report_output*,
                   lsrun_text_out*) noexcept {
  return LSRUN_OK;
}

struct whole {  // a plugin that is right
  option options[2] = {{"path", "/", "where"}, {"wait", "1s", "how long", type::duration}};
  lsrun_scenario_type scenarios[2] = {
      {sizeof(lsrun_scenario_type), 0, "one", "", {options, 2, sizeof options[0]}, &create},
      {sizeof(lsrun_scenario_type), 0, "two", "", {nullptr, 0, 0}, &create}};
  lsrun_report_type reports[1] = {{sizeof(lsrun_report_type), 0, "one", "", {nullptr, 0, 0}, &write}};
  lsrun_plugin entry{sizeof(lsrun_plugin),
                     LSRUN_MAGIC,
                     LSRUN_ABI_MAJOR,
                     0,
                     0,
                     "name",
                     "1.0",
                     "",
                     {scenarios, 2, sizeof scenarios[0]},
                     {reports, 1, sizeof reports[0]}};
};

std::string wrong(const std::function<void(whole&)>& change) {
  whole w;
  change(w);
  return plugin::validate(&w.entry);
}
bool begins(const std::string& text, const std::string& with) {
  BOOST_TEST_INFO(text);
  return text.starts_with(with);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(validate)

BOOST_AUTO_TEST_CASE(a_plugin_that_is_right_passes) {
  BOOST_TEST(wrong([](whole&) {}) == "");
}

BOOST_AUTO_TEST_CASE(every_wrong_field_has_its_sentence) {
  BOOST_TEST(begins(plugin::validate(nullptr), "its entry is NULL"));
  BOOST_TEST(begins(wrong([](whole& w) { w.entry.magic = 1; }), "its entry does not begin as one of lsrun"));
  BOOST_TEST(wrong([](whole& w) { w.entry.abi_major = 0; }) ==
             "it was built for version 0.0 of lsrun's plugin ABI, and this lsrun has 1.1: build it again with this "
             "lsrun's SDK");
  BOOST_TEST(begins(wrong([](whole& w) { w.entry.struct_size = 40; }), "its entry says that it is 40 bytes long"));
  BOOST_TEST(begins(wrong([](whole& w) { w.entry.name = nullptr; }), "its entry has no name"));
  BOOST_TEST(begins(wrong([](whole& w) { w.entry.version = nullptr; }), "its entry has no version"));
  BOOST_TEST(begins(wrong([](whole& w) { w.entry.scenarios.count = 1u << 30u; }), "its table of scenarios claims"));
  BOOST_TEST(
      begins(wrong([](whole& w) { w.entry.scenarios.items = nullptr; }), "its table of scenarios is at no valid"));
  BOOST_TEST(
      begins(wrong([](whole& w) { w.entry.reports.item_size = 8; }), "its table of reports has items of 8 bytes"));
  BOOST_TEST(
      begins(wrong([](whole& w) { w.scenarios[1].struct_size = 8; }), "a scenario says that it is 8 bytes long"));
  BOOST_TEST(begins(wrong([](whole& w) { w.scenarios[1].name = "Two"; }), "a scenario has no name in snake_case"));
  BOOST_TEST(begins(wrong([](whole& w) { w.scenarios[1].name = nullptr; }), "a scenario has no name in snake_case"));
  BOOST_TEST(begins(wrong([](whole& w) { w.scenarios[1].name = "one"; }), "scenario `one` is there twice"));
  BOOST_TEST(
      begins(wrong([](whole& w) { w.scenarios[0].create = nullptr; }), "scenario `one` has no function `create`"));
  BOOST_TEST(begins(wrong([](whole& w) { w.reports[0].write = nullptr; }), "report `one` has no function `write`"));
  BOOST_TEST(begins(wrong([](whole& w) { w.options[1].raw.key.len = 0; }), "scenario `one`: an option's key"));
  BOOST_TEST(
      begins(wrong([](whole& w) { w.options[1] = w.options[0]; }), "scenario `one`: the option `path` is there twice"));
  BOOST_TEST(
      begins(wrong([](whole& w) { w.options[1].raw.type = 6; }), "scenario `one`: the option `wait` is of a type"));
  BOOST_TEST(begins(wrong([](whole& w) { w.options[1].raw.help = {nullptr, 9}; }), "scenario `one`: an option's text"));
  BOOST_TEST(begins(wrong([](whole& w) { w.entry.scenarios.count = w.entry.reports.count = 0; }), "it offers neither"));
}

BOOST_AUTO_TEST_CASE(numbers_changed_at_random_never_lead_astray) {
  std::mt19937 random(1);
  for (int i = 0; i < 20'000; ++i) {
    whole w;
    std::uint32_t* numbers[] = {&w.entry.struct_size,      &w.entry.magic,         &w.scenarios[0].struct_size,
                                &w.reports[0].struct_size, &w.options[0].raw.type, &w.options[1].raw.required};
    std::size_t* sizes[] = {&w.entry.scenarios.item_size, &w.entry.reports.item_size,
                            &w.scenarios[0].options.item_size};
    if (random() % 2) *numbers[random() % 6] = static_cast<std::uint32_t>(random() % 3 ? random() : random() % 200);
    // An array of one item never walks by its size, whatever that is.
    w.entry.scenarios.count = w.scenarios[0].options.count = 1;
    if (random() % 2) *sizes[random() % 3] = random() % 300;
    w.entry.abi_major = static_cast<std::uint16_t>(random() % 3);
    (void)plugin::validate(&w.entry);
  }
  BOOST_TEST(true);
}

BOOST_AUTO_TEST_CASE(what_create_filled_in_is_looked_at) {
  const auto with = [](const std::function<void(lsrun_scenario&)>& change) {
    lsrun_scenario s{sizeof(lsrun_scenario),
                     24,
                     8,
                     0,
                     nullptr,
                     [](void*, void*) noexcept {},
                     [](void*, void*, lsrun_session*, lsrun_step) noexcept {},
                     nullptr,
                     [](void*, void*) noexcept {},
                     [](void*) noexcept {}};
    change(s);
    return plugin::validate(s);
  };
  BOOST_TEST(with([](auto&) {}) == "");
  BOOST_TEST(begins(with([](auto& s) { s.struct_size = 20; }), "it filled in 20 bytes"));
  BOOST_TEST(begins(with([](auto& s) { s.destruct = nullptr; }), "it left construct"));
  BOOST_TEST(begins(with([](auto& s) { s.session_align = 3; }), "its session_align is 3"));
  BOOST_TEST(begins(with([](auto& s) { s.session_align = 0; }), "its session_align is 0"));
  BOOST_TEST(begins(with([](auto& s) { s.session_size = 1u << 30u; }), "a session of it would take"));
}

BOOST_AUTO_TEST_SUITE_END()
