// SPDX-License-Identifier: Apache-2.0
// Slices of the worker protocol as structs of the plugin ABI.
#pragma once

#include <relais/relais.h>

#include <memory_resource>
#include <span>

#include "relais/worker/v1/worker.pb.h"

namespace relais::plugins {

// The C view of a batch. Texts are borrowed from the messages, which must outlive it; structs live in one arena that
// ends with it. A report is current when its id is the subject's item; an observation of any other report is history.
class AbiSlices {
 public:
  explicit AbiSlices(const google::protobuf::RepeatedPtrField<worker::v1::Slice>& slices);
  AbiSlices(const AbiSlices&) = delete;
  AbiSlices& operator=(const AbiSlices&) = delete;

  // relais_slice rows, in the order of the batch.
  [[nodiscard]] relais_rows rows() const { return rows_; }

 private:
  std::pmr::monotonic_buffer_resource arena_;
  relais_rows rows_{};
};

// A subject alone, as feedback needs it. Texts are borrowed.
relais_subject abi_subject(const worker::v1::Subject& subject);

}  // namespace relais::plugins
