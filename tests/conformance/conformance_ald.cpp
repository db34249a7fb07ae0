// SPDX-License-Identifier: Apache-2.0
#include "plugin_corpus.h"

int main() { return relais::test::run_plugin_corpus("ald", "ald-expiry"); }
