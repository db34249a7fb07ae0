// SPDX-License-Identifier: Apache-2.0
// Vaccinations as CDA and FHIR tell them.
#include "records/formats/immunization.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "records/formats/cda.h"
#include "records/formats/fhir.h"
#include "vaccination_samples.h"

using namespace relais::formats;
using samples::immunization;
using samples::Json;
using samples::Vaccination;
using samples::VaccinationNote;
using samples::Vaccinations;

namespace {

CdaDocument read(const VaccinationNote& note) {
  const auto document = read_cda(note.text());
  if (!document) FAIL(relais::stable_code(document.error().code) << " " << document.error().detail);
  return *document;
}

CdaDocument read(const Vaccination& act) {
  VaccinationNote note;
  note.acts = {act};
  return read(note);
}

ToldImmunization only(const CdaDocument& document) {
  REQUIRE(document.immunizations.size() == 1);
  return document.immunizations[0];
}

FhirDocument read(const Json& act) {
  const auto document = read_fhir(Vaccinations(act).text());
  if (!document) FAIL(relais::stable_code(document.error().code) << " " << document.error().detail);
  return *document;
}

ToldImmunization only(const FhirDocument& document) {
  REQUIRE(document.immunizations.size() == 1);
  return document.immunizations[0];
}

}  // namespace

TEST_CASE("what is known of a day is a day a month or a year of the calendar") {
  for (const auto& [written, known] : std::vector<std::pair<std::string, std::string>>{
           {"1975", "1975"},          {"197506", "1975-06"},    {"19750630", "1975-06-30"},
           {"20090928094914+0100", "2009-09-28"},               {"1975-06", "1975-06"},
           {"1975-06-30", "1975-06-30"}, {"1975-06-30T08:00:00+02:00", "1975-06-30"}, {"1975-0500", "1975"},
           {"197506+0200", "1975-06"}}) {
    INFO(written);
    CHECK(partial_day(written) == known);
  }
  for (const auto* impossible : {"", "75", "197", "19751", "197513", "1975-13", "19750631", "1975-02-30", "20092012081500+0100",
                                 "0000", "été 1975", "1975-6-3", "1975/06/30"}) {
    INFO(impossible);
    CHECK(partial_day(impossible).empty());
  }
}

TEST_CASE("a code system has one word whatever address names it") {
  CHECK(vaccine_system("1.2.250.1.213.2.3.1") == "cis");
  CHECK(vaccine_system("urn:oid:1.2.250.1.213.2.3.1") == "cis");
  CHECK(vaccine_system("1.2.250.1.213.2.3.3") == "cip");
  CHECK(vaccine_system("http://www.whocc.no/atc") == "atc");
  CHECK(vaccine_system("urn:oid:2.16.840.1.113883.6.73") == "atc");
  CHECK(vaccine_system("ATC") == "atc");
  CHECK(vaccine_system("http://hl7.org/fhir/sid/cvx") == "cvx");
  CHECK(vaccine_system("http://example.org/codes/") == "http://example.org/codes/");
  CHECK(vaccine_system("").empty());
}

TEST_CASE("a vaccination note tells product lot date site rank and who did it") {
  Vaccination act;
  act.more = samples::rank(2);
  const auto document = read(act);
  CHECK_FALSE(has(document.anomalies, AnomalyCode::cda_immunization_not_coded));
  const auto told = only(document);
  CHECK(told.codes == std::vector<ToldCode>{{"cis", "61402736", "VAXIGRIPTETRA, suspension injectable"}, {"atc", "J07BB02", "Grippe"}});
  CHECK(told.label == "VAXIGRIPTETRA, suspension injectable");
  CHECK(told.lot == "U4421");
  CHECK(told.given == "2026-10-14");
  CHECK(told.status == ToldStatus::done);
  CHECK(told.proof == ToldProof::seen);
  CHECK(told.site == "deltoïde gauche");
  CHECK(told.route == "voie intramusculaire");
  CHECK(told.dose_number == 2);
  CHECK(told.performer_name == "Anne BOITEUX");
  CHECK(told.performer_role == "Pharmacien");
  CHECK(told.performer_national_id == "810000000033");
  // A vaccination is no treatment and no result.
  CHECK(document.contexts.empty());
  CHECK(document.results.empty());
}

TEST_CASE("an act that was not done is told with its reason and one that is only recommended is no act") {
  Vaccination act;
  act.negation = "true";
  act.more = R"(<entryRelationship typeCode="RSON"><observation><code code="PATOBJ" displayName="Refus du patient"/></observation></entryRelationship>)";
  const auto told = only(read(act));
  CHECK(told.status == ToldStatus::not_done);
  CHECK(told.reason == "Refus du patient");
  Vaccination planned;
  planned.mood = "INT";
  CHECK(read(planned).immunizations.empty());
  Vaccination stopped;
  stopped.status = "aborted";
  CHECK(only(read(stopped)).status == ToldStatus::not_done);
  Vaccination nullified;
  nullified.status = "nullified";
  CHECK(only(read(nullified)).status == ToldStatus::in_error);
}

TEST_CASE("a vaccination told by the patient or a relative is declared") {
  Vaccination act;
  act.more = R"(<informant><relatedEntity classCode="PRS"><code code="MTH"/></relatedEntity></informant>)";
  CHECK(only(read(act)).proof == ToldProof::declared);
}

TEST_CASE("a year is a year and an impossible date is said and left out") {
  Vaccination act;
  act.time = R"(<effectiveTime value="1992"/>)";
  CHECK(only(read(act)).given == "1992");
  act.time = R"(<effectiveTime><low value="199206"/></effectiveTime>)";
  CHECK(only(read(act)).given == "1992-06");
  act.time = R"(<effectiveTime nullFlavor="NA"/>)";
  auto document = read(act);
  CHECK(only(document).given.empty());
  CHECK_FALSE(has(document.anomalies, AnomalyCode::cda_invalid_date));
  act.time = R"(<effectiveTime value="20092012081500+0100"/>)";
  document = read(act);
  CHECK(only(document).given.empty());
  CHECK(has(document.anomalies, AnomalyCode::cda_invalid_date));
  act.time = R"(<effectiveTime value="1975"/>)";
  document = read(act);
  CHECK(only(document).given == "1975");
  CHECK(has(document.anomalies, AnomalyCode::cda_immunization_before_birth));
}

TEST_CASE("a product without code keeps its words and is said") {
  Vaccination act;
  act.material = "<code nullFlavor=\"UNK\"><originalText>DTP</originalText></code>";
  auto document = read(act);
  CHECK(only(document).label == "DTP");
  CHECK(has(document.anomalies, AnomalyCode::cda_immunization_not_coded));
  // The words beside the entry, when the product has none.
  act.material = "<code nullFlavor=\"UNK\"/>";
  CHECK(only(read(act)).label == "Vaccin contre la grippe");
  act.material = R"(<code code="no-immunization-info" codeSystem="2.16.840.1.113883.5.1150.1"/>)";
  CHECK(read(act).immunizations.empty());
  VaccinationNote empty;
  empty.acts.clear();
  CHECK(has(read(empty).anomalies, AnomalyCode::cda_immunization_unread));
}

TEST_CASE("one identifier on several acts is said") {
  VaccinationNote note;
  note.acts.resize(2);
  note.acts[1].time = R"(<effectiveTime value="20251014"/>)";
  const auto document = read(note);
  CHECK(document.immunizations.size() == 2);
  CHECK(has(document.anomalies, AnomalyCode::cda_immunization_same_id));
  note.acts[1].id = R"(<id root="1.2.3.4.77" extension="V2"/>)";
  CHECK_FALSE(has(read(note).anomalies, AnomalyCode::cda_immunization_same_id));
}

TEST_CASE("an immunization of FHIR tells what a note does") {
  const auto document = read(immunization());
  const auto told = only(document);
  CHECK(told.codes == std::vector<ToldCode>{{"atc", "J07BB02", "grippe"}, {"cis", "61402736", "VAXIGRIPTETRA"}});
  CHECK(told.diseases == std::vector<ToldCode>{{"snomed", "6142004", "Grippe"}});
  CHECK(told.lot == "U4421");
  CHECK(told.given == "2026-10-14");
  CHECK(told.status == ToldStatus::done);
  CHECK(told.proof == ToldProof::seen);
  CHECK(told.site == "bras gauche");
  CHECK(told.route == "intramusculaire");
  CHECK(told.dose_number == 1);
  CHECK(told.performer_name == "Anne BOITEUX");
  CHECK(told.performer_role == "a vacciné");
  CHECK(told.performer_national_id == "810000000033");
  CHECK(told.sender_key == "fhir|urn:pharmacie|VAC-77");
  CHECK(document.patient(told.patient) != nullptr);
  CHECK(document.anomalies.empty());
}

TEST_CASE("what FHIR says was not done or entered in error is told so with partial dates") {
  auto act = immunization();
  act["status"] = "not-done";
  act["statusReason"] = {{"coding", {{{"code", "PATOBJ"}, {"display", "refus"}}}}};
  act["occurrenceDateTime"] = "2026-10";
  auto told = only(read(act));
  CHECK(told.status == ToldStatus::not_done);
  CHECK(told.reason == "refus");
  CHECK(told.given == "2026-10");
  act["status"] = "entered-in-error";
  CHECK(only(read(act)).status == ToldStatus::in_error);
  act["status"] = "autre";
  CHECK(only(read(act)).status == ToldStatus::unknown);
  act.erase("occurrenceDateTime");
  act["occurrenceString"] = "vers 2010";
  const auto document = read(act);
  CHECK(only(document).given.empty());
  CHECK(has(document.anomalies, AnomalyCode::fhir_immunization_date));
}

TEST_CASE("the source of a FHIR act says whether it was seen") {
  auto act = immunization();
  act.erase("primarySource");
  CHECK(only(read(act)).proof == ToldProof::unknown);
  act["primarySource"] = false;
  CHECK(only(read(act)).proof == ToldProof::declared);
  act["reportOrigin"] = {{"coding", {{{"code", "record"}}}}};
  CHECK(only(read(act)).proof == ToldProof::seen);
  act["reportOrigin"]["coding"][0]["code"] = "recall";
  CHECK(only(read(act)).proof == ToldProof::declared);
}

TEST_CASE("an immunization alone is read and one that names no vaccine is not") {
  auto act = immunization();
  act["patient"] = {{"reference", "#p"}};
  act["contained"] = Json::array({Vaccinations().patient});
  act["contained"][0]["id"] = "p";
  const auto document = read_fhir(act.dump());
  REQUIRE(document);
  CHECK(document->immunizations.size() == 1);
  auto empty = immunization();
  empty["vaccineCode"] = Json::object();
  empty.erase("protocolApplied");
  const auto nothing = read_fhir(Vaccinations(empty).text());
  REQUIRE_FALSE(nothing);
  CHECK(nothing.error().code == relais::Code::ingest_fhir_nothing_read);
  auto disease_only = immunization();
  disease_only["vaccineCode"] = Json::object();
  const auto read_disease = read(disease_only);
  CHECK(only(read_disease).codes.empty());
  CHECK(has(read_disease.anomalies, AnomalyCode::fhir_immunization_not_coded));
}

TEST_CASE("hostile shapes of vaccinations are read without harm") {
  auto act = immunization();
  act["vaccineCode"] = "J07BB02";
  act["performer"] = {{{"actor", {{"reference", "Immunization/i1"}}}}};
  act["protocolApplied"] = {{{"doseNumberString", "premier"}, {"targetDisease", "Grippe"}}};
  act["lotNumber"] = {{"value", "x"}};
  CHECK_NOTHROW(read_fhir(Vaccinations(act).text()));
  Vaccination note;
  note.material = "<code/><lotNumberText><b>L</b>1</lotNumberText>";
  note.performer = "<performer/>";
  note.more = samples::rank(-4) + "<entryRelationship typeCode=\"RSON\"/>";
  const auto told = only(read(note));
  CHECK(told.dose_number == 0);
  CHECK(told.lot == "L1");
}
