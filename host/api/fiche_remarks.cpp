// SPDX-License-Identifier: Apache-2.0
#include "api/fiche_remarks.h"

#include <algorithm>

#include "domain/explain.h"
#include "domain/reasons.h"
#include "domain/signing.h"

namespace relais::api {

std::vector<v1::FicheRemark> judged_rules(const PracticeServices& context, const fiche::Fiche& fiche) {
  std::vector<v1::FicheRemark> remarks;
  for (const auto& judged : fiche::judged_rules(fiche, context.grammars)) {
    v1::FicheRemark remark;
    remark.set_sentence(judged.french);
    remark.set_place(judged.place);
    remarks.push_back(std::move(remark));
  }
  return remarks;
}

Answer<std::vector<v1::FicheRemark>> remarks_on(const PracticeServices& context, const fiche::Fiche& fiche) {
  const auto all = context.fiches.list();
  if (!all) return refuse(all.error());
  std::vector<fiche::Fiche> others;
  for (const auto& stored : *all) {
    const bool itself = stored.id == fiche.id && stored.version == fiche.version;
    if (!itself && stored.state != practice::FicheState::draft && stored.content) others.push_back(*stored.content);
  }
  std::vector<v1::FicheRemark> remarks;
  const auto findings = fiche::check_signing(fiche, others, std::nullopt, context.grammars);
  for (const auto& finding : findings) {
    v1::FicheRemark remark;
    remark.set_rule(std::string(fiche::reason(finding.code).code));
    remark.set_sentence(fiche::explain(finding));
    remark.set_place(finding.place);
    remark.set_refuses(true);
    remarks.push_back(std::move(remark));
  }
  const auto today = fiche::day_of(fiche::to_local(context.clock.now(), fiche.zone));
  const auto terms = context.gate.terms(fiche.assistant.id);
  if (!terms) return refuse(terms.error());
  for (const auto& cap : fiche::training_caps(fiche, today, terms->withdrawn, terms->attested)) {
    v1::FicheRemark remark;
    remark.set_sentence(cap.french);
    remark.set_place(cap.place);
    remarks.push_back(std::move(remark));
  }
  // A rule that is refused is not one that the doctor judges.
  for (auto& remark : judged_rules(context, fiche))
    if (std::none_of(findings.begin(), findings.end(),
                     [&](const auto& finding) { return finding.place.starts_with(remark.place()); }))
      remarks.push_back(std::move(remark));
  return remarks;
}

Failure signing_failure(const PracticeServices& context, const v1::SignFicheRequest& request, const Error& error) {
  Failure failure(error);
  // Who is not the doctor of the fiche signs nothing, whatever it says.
  const bool other_signer = error.code == Code::api_not_yours;
  if (!other_signer && error.code != Code::fiche_refused_at_signing) return failure;
  failure.rule = other_signer ? std::string(fiche::reason(fiche::SigningError::E7).code) : error.detail;
  if (const auto reason = fiche::find_reason(failure.rule)) {
    failure.sentence = std::string(reason->french);
    failure.unblocked_by = std::string(reason->unblock);
  }
  if (failure.rule != fiche::reason(fiche::SigningError::E11).code) return failure;
  const auto draft = context.fiches.get(request.fiche_id(), request.version());
  const auto remarks = draft && draft->content ? remarks_on(context, *draft->content)
                                               : Answer<std::vector<v1::FicheRemark>>(std::vector<v1::FicheRemark>());
  if (!remarks) return failure;
  for (const auto& remark : *remarks) {
    if (remark.rule() != failure.rule || remark.place() != error.place) continue;
    failure.sentence = remark.sentence();
  }
  return failure;
}

}  // namespace relais::api
