/* Built for the major version after this one. */
#include <lsrun/abi.h>

LSRUN_EXPORT const lsrun_plugin lsrun_plugin_entry = {
    sizeof(lsrun_plugin), LSRUN_MAGIC, LSRUN_ABI_MAJOR + 1, 3, 0, "bad_wrong_major", "1.0.0", "",
    {NULL, 0, 0},         {NULL, 0, 0}};
