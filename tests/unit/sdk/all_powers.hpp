// What the tests see of the scenario `all_powers`.
#pragma once

// Locals of its turns that are alive: 0 when no turn is under way, however turns ended.
extern int living_locals;
