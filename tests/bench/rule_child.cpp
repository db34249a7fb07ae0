// SPDX-License-Identifier: Apache-2.0
// The other end of the yardstick: the rule of plugin/bench_rule.cpp, on messages as they come, without a sandbox, an
// ABI or gRPC.
#include "child_socket.h"
#include "relais/worker/v1/worker.pb.h"

int main() {
  constexpr int inherited = 3;
  bench::ChildSocket socket(inherited);
  relais::worker::v1::Batch batch;
  relais::worker::v1::BatchResult result;
  std::string bytes;
  while (socket.receive(batch)) {
    result.Clear();
    result.set_id(batch.id());
    for (int i = 0; i < batch.slices_size(); ++i) {
      const auto& slice = batch.slices(i);
      auto& evaluation = *result.add_evaluations();
      evaluation.set_slice_index(i);
      *evaluation.mutable_subject() = slice.subject();
      evaluation.set_version(slice.version());
      for (const auto& observation : slice.observations()) {
        if (observation.code() != "2823-3" || observation.value() < 6.0) continue;
        auto& finding = *evaluation.add_findings();
        finding.set_kind("potassium");
        finding.set_category(relais::v1::CATEGORY_A_VOIR);
        break;
      }
    }
    result.SerializeToString(&bytes);
    if (!socket.send_bytes(bytes)) return 1;
  }
  return 0;
}
