// SPDX-License-Identifier: Apache-2.0
#include "api/redaction.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/dynamic_message.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include <catch2/catch.hpp>
#include <set>
#include <sstream>

#include "api/role_table.h"
#include "relais/v1/options.pb.h"
#include "relais/v1/record.pb.h"
#include "relais/v1/record_reader.pb.h"

using namespace relais;
using namespace relais::api;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

namespace {

// Fills every field, at every depth, with text and numbers that can be told apart: what stands in or under a field
// marked health or secret is "SECRET…" or 7777…, everything else "PLAIN…" or 1.
class Filler {
 public:
  void fill(Message& message, bool marked, int depth = 0) {
    const auto* reflection = message.GetReflection();
    const auto* descriptor = message.GetDescriptor();
    for (int i = 0; i < descriptor->field_count(); ++i) {
      const auto* field = descriptor->field(i);
      const bool hidden = marked || field->options().GetExtension(v1::health) || field->options().GetExtension(v1::secret);
      if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
        if (depth > 6) continue;
        fill(field->is_repeated() ? *reflection->AddMessage(&message, field)
                                  : *reflection->MutableMessage(&message, field),
             hidden, depth + 1);
        continue;
      }
      set(message, *field, hidden);
    }
  }
  int hidden_fields = 0;

 private:
  void set(Message& message, const FieldDescriptor& field, bool hidden) {
    const auto* reflection = message.GetReflection();
    if (hidden) ++hidden_fields;
    const std::string text = hidden ? "SECRET-" + field.name() : "PLAIN-" + field.name();
    const int number = hidden ? 7777 : 1;
    const bool many = field.is_repeated();
    switch (field.cpp_type()) {
      case FieldDescriptor::CPPTYPE_STRING:
        many ? reflection->AddString(&message, &field, text) : reflection->SetString(&message, &field, text);
        break;
      case FieldDescriptor::CPPTYPE_DOUBLE:
        many ? reflection->AddDouble(&message, &field, number) : reflection->SetDouble(&message, &field, number);
        break;
      case FieldDescriptor::CPPTYPE_INT32:
        many ? reflection->AddInt32(&message, &field, number) : reflection->SetInt32(&message, &field, number);
        break;
      case FieldDescriptor::CPPTYPE_INT64:
        many ? reflection->AddInt64(&message, &field, number) : reflection->SetInt64(&message, &field, number);
        break;
      case FieldDescriptor::CPPTYPE_BOOL:
        many ? reflection->AddBool(&message, &field, true) : reflection->SetBool(&message, &field, true);
        break;
      case FieldDescriptor::CPPTYPE_ENUM:
        many ? reflection->AddEnumValue(&message, &field, hidden ? 7777 : 1)
             : reflection->SetEnumValue(&message, &field, hidden ? 7777 : 1);
        break;
      default:
        FAIL("a type of field this test does not fill: " << field.full_name());
    }
  }
};

// What spdlog would write, at every level, while `body` runs.
template <class Body>
std::string logged(Body body) {
  std::ostringstream text;
  auto logger = std::make_shared<spdlog::logger>("test", std::make_shared<spdlog::sinks::ostream_sink_st>(text));
  logger->set_level(spdlog::level::trace);
  const auto before = spdlog::default_logger();
  spdlog::set_default_logger(logger);
  body();
  spdlog::set_default_logger(before);
  return text.str();
}

std::vector<const google::protobuf::Descriptor*> every_message_of_the_contract() {
  std::set<const google::protobuf::FileDescriptor*> files;
  for (const auto* service : contract_services()) files.insert(service->file());
  files.insert(v1::LabReport::descriptor()->file());
  files.insert(v1::RecordRow::descriptor()->file());
  for (const auto* file : std::set(files))
    for (int i = 0; i < file->dependency_count(); ++i)
      if (file->dependency(i)->package() == "relais.v1") files.insert(file->dependency(i));
  std::vector<const google::protobuf::Descriptor*> messages;
  for (const auto* file : files)
    for (int i = 0; i < file->message_type_count(); ++i) messages.push_back(file->message_type(i));
  return messages;
}

}  // namespace

TEST_CASE("no health field and no secret of any message of the contract reaches a log at any level") {
  int hidden_fields = 0;
  int lines = 0;
  for (const auto* descriptor : every_message_of_the_contract()) {
    const std::unique_ptr<Message> message(
        google::protobuf::MessageFactory::generated_factory()->GetPrototype(descriptor)->New());
    Filler filler;
    filler.fill(*message, false);
    hidden_fields += filler.hidden_fields;
    for (const auto level : {spdlog::level::trace, spdlog::level::debug, spdlog::level::info, spdlog::level::warn,
                             spdlog::level::err, spdlog::level::critical}) {
      const auto text = logged([&] { log_message(level, "c-1", "test", *message); });
      CHECK_FALSE(text.empty());
      ++lines;
      INFO(descriptor->full_name() << ": " << text);
      CHECK(text.find("SECRET") == std::string::npos);
      CHECK(text.find("7777") == std::string::npos);
    }
  }
  CHECK(hidden_fields > 100);
  CHECK(lines > 500);
}

TEST_CASE("what is not marked stays readable in a log") {
  v1::LabReport report;
  report.set_id("r-1");
  report.set_patient_id("p-1");
  report.mutable_written_ins()->set_value("279035121518989");
  report.set_comment("anémie");
  report.add_order_ids("o-1");
  report.add_order_ids("o-2");
  CHECK(for_log(report) == R"(id="r-1" patient_id="p-1" order_ids="o-1" order_ids="o-2")");
}

TEST_CASE("a field a later version knows is not logged because nobody here knows its mark") {
  v1::LabReport report;
  report.set_id("r-1");
  report.GetReflection()->MutableUnknownFields(&report)->AddLengthDelimited(4000, "SECRET");
  CHECK(for_log(report) == R"(id="r-1")");
}

TEST_CASE("a long text is cut and a line break cannot forge a second log line") {
  v1::LabReport report;
  report.set_id(std::string(500, 'x') + "\n2026-11-21 forged");
  CHECK(for_log(report).size() < 200);
  report.set_id("a\nb");
  CHECK(for_log(report) == "id=\"a\\nb\"");
}

TEST_CASE("fields whose names speak of persons or results are marked in the contract") {
  const std::set<std::string> telling = {"family", "given", "birth_date", "birth_family", "value_text", "comment",
                                         "text",   "password", "token",   "traits",     "ins",        "conditions",
                                         "medications", "observations", "content", "chunk", "reasons"};
  for (const auto* descriptor : every_message_of_the_contract()) {
    if (descriptor->name() == "Page") continue;  // its token is a place in a list
    for (int i = 0; i < descriptor->field_count(); ++i) {
      const auto* field = descriptor->field(i);
      INFO(field->full_name());
      if (telling.count(field->name()) != 0) CHECK(is_withheld(*field));
    }
  }
}
