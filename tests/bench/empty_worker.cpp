// SPDX-License-Identifier: Apache-2.0
// What a worker is without a sandbox, a manifest and a plugin: gRPC on the inherited socket, and its first word.
#include "plugins/sandbox/spawner.h"
#include "plugins/worker/serve.h"

int main() {
  relais::plugins::serve(relais::plugins::Spawner::child_socket, relais::worker::v1::Hello(), nullptr);
  return 0;
}
