# SPDX-License-Identifier: Apache-2.0
"""Reads the plugin header and writes C that a compiler turns into facts about it.

    boundary.py table HEADER   a program that prints every struct, field and constant: "struct.field offset size type"
    boundary.py probe HEADER   a library that takes every struct by pointer, for abidw and abidiff
    boundary.py promise OLD NEW   compares two tables and prints what breaks the promise of sdk/ABI.md; exit 1 if any

The table is the committed baseline that a person can read; abidiff, on the probe, is a second eye that follows every
type down. Neither lists a field by hand.
"""

import re
import sys

FIELD_NAME = re.compile(r"\(\*(\w+)\)\s*\(|(\w+)\s*$")
PARAMETER_NAME = re.compile(r"(\w\**) ?\b\w+(?=[,)])")
NEVER_GROW = ("relais_str", "relais_rows")


def without_comments(text):
    return re.sub(r"/\*.*?\*/", " ", text, flags=re.S)


def structs(text):
    """Each struct with the names and written types of its fields, in the header's order."""
    found = []
    for match in re.finditer(r"struct (relais_\w+) \{(.*?)\n\}", text, re.S):
        body = match[2].replace("RELAIS_STRUCT_END", "")
        fields = []
        for declaration in filter(None, (" ".join(part.split()) for part in body.split(";"))):
            name = FIELD_NAME.search(declaration)
            at = name.span(1 if name[1] else 2)
            written = (declaration[: at[0]] + declaration[at[1] :]).strip()
            fields.append((name[1] or name[2], PARAMETER_NAME.sub(r"\1", written)))
        found.append((match[1], fields))
    return found


def constants(text):
    """Name and enumerators of each closed list, on one line or on several."""
    found = []
    for match in re.finditer(r"typedef enum (relais_\w+) \{(.*?)\}", text, re.S):
        found.append((match[1], re.findall(r"(RELAIS_\w+) =", match[2])))
    return found


def table(text):
    lines = ["#include <stdio.h>", "#include <stddef.h>", "#include <relais/relais.h>", "int main(void) {"]
    for name, fields in structs(text):
        lines.append(f'  printf("{name} %zu\\n", sizeof({name}));')
        for field, written in fields:
            lines.append(
                f'  printf("{name}.{field} %zu %zu {written}\\n",'
                f" offsetof({name}, {field}), sizeof((({name}*)0)->{field}));"
            )
    for name, values in constants(text):
        lines += [f'  printf("{name}:{value} %d\\n", (int){value});' for value in values]
    lines.append('  printf("RELAIS_ABI %u.%u\\n", RELAIS_ABI_MAJOR, RELAIS_ABI_MINOR);')
    return "\n".join(lines + ["  return 0;", "}", ""])


def probe(text):
    lines = ["#include <relais/relais.h>"]
    for name, _ in structs(text):
        lines.append(f"RELAIS_EXPORT void probe_{name}(const {name}* it) {{ (void)it; }}")
    for name, _ in constants(text):
        lines.append(f"RELAIS_EXPORT void probe_{name}({name} it) {{ (void)it; }}")
    lines.append("RELAIS_EXPORT void probe_rule_sink(relais_rule_sink it) { (void)it; }")
    lines.append("const relais_entry* relais_plugin_entry(void) { return 0; }")
    return "\n".join(lines + [""])


def read_table(path):
    with open(path, encoding="utf-8") as file:
        return {line.split()[0]: line.split()[1:] for line in file if line.strip()}


def version(rows):
    return tuple(int(part) for part in rows["RELAIS_ABI"][0].split("."))


def broken(old, new):
    """What a plugin built on the old table would trip over in a host of the new one, or the other way round."""
    if version(new)[0] != version(old)[0]:
        return []  # another major version promises nothing
    found = []
    for name, values in old.items():
        if name == "RELAIS_ABI":
            continue
        if name not in new:
            found.append(f"{name} is gone")
        elif "." in name or ":" in name or name in NEVER_GROW:
            if new[name] != values:
                found.append(f"{name} was {' '.join(values)} and is {' '.join(new[name])}")
        elif int(new[name][0]) < int(values[0]):
            found.append(f"{name} shrank")
    for name, values in new.items():
        owner = name.split(".")[0]
        # In the padding that ends an older struct, an older writer left anything at all and its size covers it.
        if "." in name and name not in old and owner in old and int(values[0]) < int(old[owner][0]):
            found.append(f"{name} begins at {values[0]}, inside the {old[owner][0]} bytes that older writers fill")
    if old != new and version(new) <= version(old):
        grown = sorted(set(new) - set(old))
        found.append(f"the minor version is still {version(new)[0]}.{version(new)[1]}: {' '.join(grown) or 'sizes'}")
    return found


def main():
    command, *paths = sys.argv[1:]
    if command == "promise":
        found = broken(read_table(paths[0]), read_table(paths[1]))
        print("\n".join(found))
        sys.exit(1 if found else 0)
    with open(paths[0], encoding="utf-8") as file:
        text = without_comments(file.read())
    print({"table": table, "probe": probe}[command](text))


main()
