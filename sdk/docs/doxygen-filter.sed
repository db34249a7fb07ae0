# SPDX-License-Identifier: Apache-2.0
# Comments here are plain; Doxygen reads only its own. A file's first comment is about the file; one above a declaration is
# about it; one behind a declaration is about what stands before it.
1s|^// SPDX-License-Identifier.*|/// @file|
1{
  /^\/\* SPDX/d
}
2s|^/\*$|/** @file|
s|^\( *\)// ---.*||
s|^\( *\)// |\1/// |
s|^\( *\)//$|\1///|
s|^\( *\)/\* \(.*\)|\1/** \2|
s|^/\*$|/**|
s|\([;,{})]\) *// \(.*\)|\1 ///< \2|
s|\([A-Za-z0-9;,]\) */\* \(.*\) \*/|\1 /**< \2 */|
