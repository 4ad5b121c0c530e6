/* The right version, and tables that cannot be right. */
#include <lsrun/abi.h>

static const lsrun_scenario_type types[] = {{4, 0, "bad_nonsense", "", {NULL, 5, 1}, NULL}};

LSRUN_EXPORT const lsrun_plugin lsrun_plugin_entry = {
    sizeof(lsrun_plugin),        LSRUN_MAGIC, LSRUN_ABI_MAJOR, 0, 0, "bad_nonsense", "1.0.0", "",
    {types, 1, sizeof types[0]}, {NULL, 0, 0}};
