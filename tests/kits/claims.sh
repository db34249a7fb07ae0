#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What the README's table of platform rows and SECURITY.md cite as shown is there: each `tests/…` path exists and each
# "quoted" situation that follows it stands in that file. Ends with "N passed, M failed, K skipped".
set -uo pipefail
cd "$(dirname "$0")/../.."
exec python3 - README.md SECURITY.md <<'PYTHON'
import pathlib, re, sys

passed = failed = 0
for page in sys.argv[1:]:
    cited = 0
    for number, line in enumerate(pathlib.Path(page).read_text(encoding="utf-8").splitlines(), 1):
        if not line.startswith("|"):
            continue
        text = None
        for path, name in re.findall(r'`([\w./-]+/[\w.-]+)`|"([^"]+)"', line):
            if path:
                file = pathlib.Path(path)
                wrong = None if file.exists() else f"{path} does not exist"
                text = file.read_text(encoding="utf-8") if file.is_file() else None
            else:
                wrong = None if text is not None and f'"{name}"' in text else f'nothing cited before it holds "{name}"'
            cited += 1
            if wrong:
                failed += 1
                print(f"FAILED {page}:{number}: {wrong}")
            else:
                passed += 1
    if cited == 0:
        failed += 1
        print(f"FAILED {page} cites nothing")
rows = re.findall(r"^\| (\d+) \| .+ \| (.+) \|$", pathlib.Path("README.md").read_text(encoding="utf-8"), re.M)
numbers = [int(number) for number, _ in rows]
if numbers != list(range(1, 52)):
    failed += 1
    print(f"FAILED README.md has the platform rows {numbers}, not 1 to 51")
for number, shown in rows:
    if "`" not in shown and not shown.startswith("open"):
        failed += 1
        print(f"FAILED README.md: row {number} is neither shown nor said to be open")
    else:
        passed += 1
print(f"{passed} passed, {failed} failed, 0 skipped")
sys.exit(failed != 0)
PYTHON
