// SPDX-License-Identifier: Apache-2.0
// One call that admission let in, as its handler sees it.
#pragma once

#include <google/protobuf/message.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "api/caller.h"
#include "api/failure.h"
#include "api/mandate.h"

namespace relais::api {

struct Call {
  std::string call_id;  // the same in the ledger, in the logs and in the error detail
  std::string trace_id;  // of the caller, when its metadata carried a valid one
  std::string method;   // "WorklistService.ClaimItem"
  Caller caller;        // id empty on a public method
  std::string token;    // of the caller; for signing out
  v1::Subject subject;  // of a method that asks for an action
  Mandate mandate;

  // Local ids of the patients or items that the answer tells about. They are in the ledger before it is sent.
  void read(std::string id) { subjects_read.push_back(std::move(id)); }
  std::vector<std::string> subjects_read;
};

using MessagePtr = std::unique_ptr<google::protobuf::Message>;

// What a server stream sends next.
struct Pulled {
  MessagePtr message;  // null: nothing now; the source wakes the stream later
  bool end = false;    // the stream ends well
};

// A server stream, pulled when the wire is ready: no thread waits for a slow reader or for a change.
class Stream {
 public:
  virtual ~Stream() = default;
  // Called once, before the first pull. `wake` may be called from any thread, at any time, even after the stream is
  // gone; it makes pull be called again.
  virtual void start(std::function<void()> wake) = 0;
  // On the executor, never twice at once. `call.subjects_read` is empty at each pull; what is put in it is in the
  // ledger before the message is sent.
  virtual Answer<Pulled> pull(Call& call) = 0;
};

// A client stream. On the executor, never twice at once.
class Upload {
 public:
  virtual ~Upload() = default;
  virtual Answer<void> take(Call& call, const google::protobuf::Message& part) = 0;
  // The client has sent everything.
  virtual Answer<MessagePtr> finish(Call& call) = 0;
};

}  // namespace relais::api
