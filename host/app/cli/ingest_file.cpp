// SPDX-License-Identifier: Apache-2.0
#include "app/cli/ingest_file.h"

#include <fstream>
#include <vector>

#include "relais/v1/ingest.grpc.pb.h"

namespace relais::cli {

v1::SubmitResponse submit_file(const Session& session, const std::filesystem::path& file, const std::string& source) {
  std::ifstream in(file, std::ios::binary);
  if (!in) throw CallFailed{"Fichier illisible : " + file.string() + ".", "cli.file", {}, {}};
  const auto stub = v1::IngestService::NewStub(session.channel());
  const auto context = session.context();
  v1::SubmitResponse receipt;
  const auto stream = stub->Submit(context.get(), &receipt);
  // A chunk well under the 1 MiB that the contract allows.
  std::vector<char> buffer(std::size_t{256} * 1024);
  bool first = true;
  do {
    in.read(buffer.data(), static_cast<std::streamsize>(buffer.size()));
    v1::SubmitRequest chunk;
    if (first) {
      chunk.set_file_name(file.filename().string());
      chunk.set_source(source);
    }
    first = false;
    chunk.set_chunk(buffer.data(), static_cast<std::size_t>(in.gcount()));
    // The host may answer before the end: its status says why.
    if (!stream->Write(chunk)) break;
  } while (in);
  stream->WritesDone();
  Session::check(stream->Finish());
  return receipt;
}

}  // namespace relais::cli
