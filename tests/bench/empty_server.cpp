// SPDX-License-Identifier: Apache-2.0
// A gRPC server with one method on a local socket, until it is ended.
#include <grpcpp/grpcpp.h>

#include "relais/worker/v1/worker.grpc.pb.h"

int main(int count, char** values) {
  if (count != 2) return 2;
  relais::worker::v1::Worker::Service service;
  grpc::ServerBuilder builder;
  builder.AddListeningPort(std::string("unix:") + values[1], grpc::InsecureServerCredentials());
  builder.RegisterService(&service);
  const auto server = builder.BuildAndStart();
  if (!server) return 1;
  server->Wait();
  return 0;
}
