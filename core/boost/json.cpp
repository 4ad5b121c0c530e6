// The one place where Boost.JSON's code is compiled; header-only use keeps it out of the runtime packages.
#include <boost/json/src.hpp>
