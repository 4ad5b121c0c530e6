// JSON for request bodies and answers, of the small kind that a scenario needs; a plugin may use any library instead.
#pragma once

#include <lsrun/json_form.hpp>
#include <lsrun/json_read.hpp>
#include <lsrun/json_write.hpp>
