# SPDX-License-Identifier: Apache-2.0
# Writes OUTPUT: the C++ list of migrations from the SQL files named in SOURCES, so that the schema is read as SQL.
set(text "// Generated from host/practice/schema by embed.cmake.\n#include \"practice/migrations.h\"\n\n")
string(APPEND text "namespace relais::practice {\n\nconst std::vector<Migration>& known_migrations() {\n")
string(APPEND text "  static const std::vector<Migration> all = {\n")
foreach(source IN LISTS SOURCES)
  get_filename_component(name ${source} NAME_WE)
  string(REGEX MATCH "^[0-9]+" number ${name})
  string(REGEX REPLACE "^0+" "" number ${number})
  file(READ ${source} sql)
  string(APPEND text "    {${number}, \"${name}\", R\"sql(${sql})sql\"},\n")
endforeach()
string(APPEND text "  };\n  return all;\n}\n\n}  // namespace relais::practice\n")
file(WRITE ${OUTPUT} "${text}")
