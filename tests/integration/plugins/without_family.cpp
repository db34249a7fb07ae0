// SPDX-License-Identifier: Apache-2.0
// bio-triage with one family of rules taken out: the linker takes these functions and leaves the family's own objects
// in the library. Built for one test, installed nowhere.
#include "rules.h"

namespace bio {

#if defined(WITHOUT_I)
void integrity(const Situation&, Reasons&) {}
Category settle(const Situation&, Reasons& reasons) { return reasons.worst(); }
#elif defined(WITHOUT_F)
void laboratory(const Situation&, Reasons&) {}
#elif defined(WITHOUT_C)
void critical_thresholds(const Situation&, Reasons&) {}
void combinations(const Situation&, Reasons&) {}
#elif defined(WITHOUT_J)
void today_thresholds(const Situation&, Reasons&) {}
#elif defined(WITHOUT_A)
void kidney(const Situation&, Reasons&) {}
#elif defined(WITHOUT_T)
void trends(const Situation&, Reasons&) {}
#elif defined(WITHOUT_X)
void ground(const Situation&, Reasons&) {}
void doctors_words(const Situation&, Reasons&) {}
#elif defined(WITHOUT_D)
void decisions(const Situation&, Reasons&) {}
void cultures(const Situation&, Reasons&) {}
void announcement(const Situation&, Reasons&) {}
#elif !defined(WITHOUT_NOTHING)
#error "which family?"
#endif

}  // namespace bio
