// SPDX-License-Identifier: Apache-2.0
#include "app/slice_poison.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <sodium.h>
#include <spdlog/spdlog.h>

#include "practice/plugin_state.h"

namespace relais::app {
namespace {

std::string key_of(const std::string& plugin, const worker::v1::Subject& subject, std::int64_t version) {
  return plugin + '\n' + subject.item_id() + '\n' + subject.doctor_id() + '\n' + subject.task_id() + '\n' +
         std::to_string(version);
}

practice::SubjectKey subject_key(const worker::v1::Subject& subject) {
  return {subject.item_id(), subject.patient_id(), subject.doctor_id(), subject.task_id()};
}

}  // namespace

std::int64_t content_number(worker::v1::Slice slice) {
  slice.clear_version();
  slice.clear_as_of_ms();
  slice.clear_today();
  slice.clear_trace_id();
  std::string bytes;
  {
    google::protobuf::io::StringOutputStream stream(&bytes);
    google::protobuf::io::CodedOutputStream coded(&stream);
    coded.SetSerializationDeterministic(true);
    slice.SerializeToCodedStream(&coded);
  }
  unsigned char hash[crypto_hash_sha256_BYTES];
  crypto_hash_sha256(hash, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
  std::uint64_t number = 0;
  for (int i = 0; i < 8; ++i) number = number << 8U | hash[i];
  return static_cast<std::int64_t>(number >> 1U);
}

void SlicePoison::sending(const std::string& plugin_id, const worker::v1::Slice& slice) {
  const auto number = content_number(slice);
  const std::lock_guard lock(mutex_);
  sent_[key_of(plugin_id, slice.subject(), slice.version())] = number;
}

void SlicePoison::answered(const std::string& plugin_id, const worker::v1::Slice& slice) {
  const std::lock_guard lock(mutex_);
  sent_.erase(key_of(plugin_id, slice.subject(), slice.version()));
}

std::int64_t SlicePoison::content_of(const plugins::PoisonKey& key) {
  const std::lock_guard lock(mutex_);
  const auto found = sent_.find(key_of(key.plugin_id, key.subject, key.slice_version));
  return found == sent_.end() ? key.slice_version : found->second;
}

void SlicePoison::remember(const plugins::PoisonKey& key, const std::string& code) {
  const auto content = content_of(key);
  const auto kept = database_.write([&](practice::Transaction& tx) -> Result<void> {
    practice::remember_poison(tx, key.plugin_id, key.plugin_version, subject_key(key.subject), content, code);
    return {};
  });
  // Forgetting costs one more crash of the worker at the next try, nothing else; it is said.
  if (!kept) spdlog::error("poison.not-remembered code={}", stable_code(kept.error().code));
}

std::optional<std::string> SlicePoison::recall(const plugins::PoisonKey& key) {
  const auto content = content_of(key);
  const auto found = database_.read([&](soci::session& sql) -> Result<std::optional<practice::Poison>> {
    return practice::poison_of(sql, key.plugin_id, key.plugin_version, subject_key(key.subject));
  });
  if (!found) {
    spdlog::error("poison.unreadable code={}", stable_code(found.error().code));
    return std::nullopt;
  }
  if (!*found || (*found)->slice_version != content) return std::nullopt;
  return (*found)->reason_code;
}

}  // namespace relais::app
