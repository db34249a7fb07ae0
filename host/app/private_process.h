// SPDX-License-Identifier: Apache-2.0
// What a program that holds health data in its memory and its files owes to the machine it runs on.
#pragma once

#include "domain/error.h"

namespace relais::app {

// Whatever is written from here on, database, keys, sockets, received files, is health data or guards it: it is this
// account's alone, wherever the folders are.
void keep_files_private();

// No crash leaves the memory behind, which holds patients' results and keys: core size 0, and not dumpable, which also
// holds where cores go to a program (apport, systemd-coredump) that the size does not bound, and keeps other processes
// of the account from reading the memory. A crash is known by its signal and the last codes logged. Not dumpable is
// left out under AddressSanitizer, whose leak check has to trace its own process. Call before any thread starts.
Result<void> leave_no_memory_image();

// A pipe or socket that takes what this program says on its outputs and is full, because nobody reads it, no longer holds
// up who writes to it, while the practice waits: the words are lost instead. Files and terminals stay as they are.
void never_wait_for_readers();

}  // namespace relais::app
