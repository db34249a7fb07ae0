// SPDX-License-Identifier: Apache-2.0
#include "api/record_reads.h"

#include <algorithm>
#include <tuple>

#include "api/page.h"
#include "api/record_rules.h"
#include "records/identity.h"
#include "records/record_table.h"

namespace relais::api {
namespace {

using records::Narrowing;
using records::select_rows;

constexpr std::size_t letters_searched = 3;  // RNIV: birth date, then at most three letters of the name

// The first letters of a name as it is compared, whole UTF-8 characters.
std::string first_letters(std::string_view name) {
  const auto normal = records::normalized_name(name);
  std::size_t end = 0;
  std::size_t letters = 0;
  while (end < normal.size()) {
    const bool starts = (static_cast<unsigned char>(normal[end]) & 0xC0U) != 0x80U;
    if (starts && letters++ == letters_searched) break;
    ++end;
  }
  return normal.substr(0, end);
}

bool named(const v1::Traits& traits, const std::string& letters) {
  return records::normalized_name(traits.birth_family()).starts_with(letters) ||
         records::normalized_name(traits.used_family()).starts_with(letters);
}

template <class T>
Result<void> fill(google::protobuf::RepeatedPtrField<T>& field, Result<records::Rows<T>> found) {
  if (!found) return tl::unexpected(found.error());
  for (auto& row : found->rows) *field.Add() = std::move(row);
  return {};
}

}  // namespace

Result<std::vector<v1::Patient>> RecordReads::search_elsewhere(soci::session& sql, const std::string& birth_date,
                                                               const std::string& letters) const {
  v1::Traits traits;
  traits.set_birth_date(birth_date);
  auto found = record_.reader(sql)->patients_by_traits(traits, now());
  if (!found) return tl::unexpected(found.error());
  std::erase_if(found->rows, [&](const v1::Patient& patient) {
    return patient.traits().birth_date() != birth_date || !named(patient.traits(), letters);
  });
  return std::move(found->rows);
}

Answer<v1::SearchPatientsResponse> RecordReads::search(Call& call, const v1::SearchPatientsRequest& request) const {
  const auto page = read_page(call, request);
  if (!page) return tl::unexpected(page.error());
  if (auto good = check_date(request.birth_date(), "birth_date"); !good) return tl::unexpected(good.error());
  const auto letters = first_letters(request.name());
  if (request.birth_date().empty() && letters.empty()) {
    return refuse(Code::invalid_argument, "a birth date or a name", "birth_date");
  }
  if (record_.elsewhere() && request.birth_date().empty())
    return refuse(Code::record_reader_not_here, "searched by birth date only", "birth_date");
  auto found = database_.read([&](soci::session& sql) -> Result<std::vector<v1::Patient>> {
    if (record_.elsewhere()) return search_elsewhere(sql, request.birth_date(), letters);
    Narrowing narrowing;
    if (!request.birth_date().empty()) narrowing = {"t.traits_birth_date = :date", {request.birth_date()}};
    std::vector<v1::Patient> patients;
    for (auto& row : select_rows<v1::Patient>(sql, now(), narrowing)) {
      if (named(row.message.traits(), letters)) patients.push_back(std::move(row.message));
    }
    return patients;
  });
  if (!found) return refuse(found.error());
  std::ranges::sort(*found, {}, [](const v1::Patient& patient) {
    return std::tuple(records::normalized_name(patient.traits().birth_family()),
                      records::normalized_name(patient.traits().birth_given_first()), patient.id());
  });
  v1::SearchPatientsResponse response;
  auto shown = cut_page(*page, std::move(*found), *response.mutable_next_page_token());
  if (!shown) return tl::unexpected(shown.error());
  for (auto& patient : *shown) {
    call.read(patient.id());
    patient.clear_treating_doctor_id();  // D1
    *response.add_patients() = std::move(patient);
  }
  return response;
}

Answer<v1::GetPatientResponse> RecordReads::patient(Call& call, const v1::GetPatientRequest& request) const {
  const auto shown = call.mandate.shown;
  v1::GetPatientResponse response;
  const auto read = database_.read([&](soci::session& sql) -> Result<void> {
    const auto as_of = now();
    const auto held = record_.reader(sql);
    auto& reader = *held;
    auto patient = reader.patient(request.patient_id(), as_of);
    if (!patient) return tl::unexpected(patient.error());
    if (patient->rows.empty()) return fail(Code::not_found, "no such patient", "patient_id");
    *response.mutable_patient() = std::move(patient->rows.front());
    const records::PatientQuery query{request.patient_id(), as_of};
    if (shown >= v1::DATA_LEVEL_D4) {
      if (auto rows = fill(*response.mutable_conditions(), reader.conditions(query)); !rows) return rows;
    }
    if (shown < v1::DATA_LEVEL_D3) return {};
    if (auto rows = fill(*response.mutable_medications(), reader.medications(query)); !rows) return rows;
    if (auto rows = fill(*response.mutable_targets(), reader.targets(query)); !rows) return rows;
    return fill(*response.mutable_known_anomalies(), reader.known_anomalies(query));
  });
  if (!read) return refuse(read.error());
  // What is left out is said whether there is any of it or not: that too would tell something.
  if (shown < v1::DATA_LEVEL_D1) {
    response.mutable_patient()->clear_treating_doctor_id();
    response.add_withheld("patient.treating_doctor_id");
  }
  if (shown < v1::DATA_LEVEL_D4) response.add_withheld("conditions");
  if (shown < v1::DATA_LEVEL_D3) {
    for (const auto* field : {"medications", "targets", "known_anomalies"}) response.add_withheld(field);
  }
  call.read(request.patient_id());
  return response;
}

}  // namespace relais::api
