// Lets an exception out of create, against the contract: its function is not noexcept, a cast says that it is.
#include <lsrun/abi.h>

#include <stdexcept>

namespace {

lsrun_status create(const lsrun_host*, lsrun_setup*, lsrun_scenario*, lsrun_text_out*) {
  throw std::runtime_error("over the wall");
}
using create_function = decltype(lsrun_scenario_type::create);
lsrun_scenario_type types[] = {{sizeof(lsrun_scenario_type),
                                0,
                                "bad_throws_across",
                                "faulty on purpose",
                                {nullptr, 0, 0},
                                reinterpret_cast<create_function>(&create)}};

}  // namespace

extern "C" {
LSRUN_EXPORT extern const lsrun_plugin lsrun_plugin_entry;
}
const lsrun_plugin lsrun_plugin_entry = {
    sizeof(lsrun_plugin),        LSRUN_MAGIC,    LSRUN_ABI_MAJOR, 0, 0, "bad_throws_across", "1.0.0", "",
    {types, 1, sizeof types[0]}, {nullptr, 0, 0}};
