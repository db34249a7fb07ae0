# SPDX-License-Identifier: Apache-2.0
# Writes OUTPUT: a C++ file that defines relais::records::NAME, the text of SOURCE.
file(READ ${SOURCE} text)
file(WRITE ${OUTPUT} "#include <string_view>\nnamespace relais::records {\nextern const std::string_view ${NAME};\nconst std::string_view ${NAME} = R\"text(${text})text\";\n}\n")
