// SPDX-License-Identifier: Apache-2.0
// What Relais itself puts on the list about what came in: to attach, in quarantine, unreadable, a broken chain, a report
// corrected or cancelled once it was seen. Worked out from what is stored, so that telling it again changes nothing.
// Private to the ingest. Sources: biologie.md, sections 9 and 10, rules I1, I3 and I4 of B3.
#pragma once

#include <soci/soci.h>

#include <string>
#include <vector>

#include "domain/findings.h"
#include "practice/worklist_store.h"

namespace relais::records {

// Catalogue tasks under which the notices stand: « rattacher » and « trier ».
inline constexpr std::string_view reception_task = "bio-reception";
inline constexpr std::string_view triage_task = "bio-triage";

// Stable kinds; some carry a suffix that names the occurrence.
namespace notice {
inline constexpr std::string_view to_attach = "a-rattacher";
inline constexpr std::string_view quarantine = "quarantaine";
inline constexpr std::string_view lost_cancellation = "annulation-a-classer";
inline constexpr std::string_view unreadable = "illisible";
inline constexpr std::string_view broken_chain = "chaine-rompue";
inline constexpr std::string_view two_successors = "deux-successeurs";
inline constexpr std::string_view older_version = "version-ancienne";                  // "/" and the message
inline constexpr std::string_view corrected = "corrige";
inline constexpr std::string_view corrected_after_seen = "corrige-apres-vu";
inline constexpr std::string_view cancelled = "annule";
inline constexpr std::string_view cancelled_after_seen = "annule-apres-vu";
inline constexpr std::string_view completed_after_seen = "complete-apres-vu";
inline constexpr std::string_view negative_acknowledgement = "accuse-negatif";         // "-" and what was acknowledged
inline constexpr std::string_view unclear_acknowledgement = "accuse-incertain";        // the same
inline constexpr std::string_view lost_acknowledgement = "accuse-sans-objet";
}  // namespace notice

struct Notices {
  worklist::Subject subject;
  std::vector<worklist::Finding> reception;  // under reception_task
  std::vector<worklist::Finding> triage;     // under triage_task
};

// What there is to say now of `id`: a report, a document that tells history, or a message that brought neither.
Notices notices_of(soci::session& sql, const std::string& id);

}  // namespace relais::records
