// The steps from the file's tree to the tree that is read: environment, command line, default shape, scaling.
#pragma once

#include "config/load.hpp"
#include "config/value.hpp"

namespace lsrun::config {

// Replaces ${NAME} in every string by the environment; "$${" stands for "${". What was replaced is shown as ***, also
// the whole value of headers such as Authorization and of options and tenants' keys such as `api_key`; both are added
// to `secrets`. A variable that is not set is a problem.
void expand_environment(value& root, const environment&, std::vector<std::string>& secrets, std::vector<problem>&);

// Puts the command line's values into the tree, with the option as their place.
void apply_overrides(value& root, const overrides&, std::vector<problem>&);

// Without phases: one, "steady", of one minute at sessions.max. Without sessions.max: the phases' largest number.
void fill_shape(value& root);

// --sessions and --duration: all phases in proportion. After fill_shape.
void scale_shape(value& root, const overrides&, std::vector<problem>&);

}  // namespace lsrun::config
