/* A shared object, but no plugin. */
#include <lsrun/abi.h>

LSRUN_EXPORT int something_else(void);
int something_else(void) { return 1; }
