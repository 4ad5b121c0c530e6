/* Needs a minor version that this lsrun does not have. */
#include <lsrun/abi.h>

LSRUN_EXPORT const lsrun_plugin lsrun_plugin_entry = {
    sizeof(lsrun_plugin), LSRUN_MAGIC, LSRUN_ABI_MAJOR, LSRUN_ABI_MINOR + 7, 0, "bad_too_new", "1.0.0", "",
    {NULL, 0, 0},         {NULL, 0, 0}};
