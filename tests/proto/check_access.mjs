// SPDX-License-Identifier: Apache-2.0
// Reads a descriptor set (JSON of `buf build`) on standard input: every rpc says who may call it, either roles or public.
// A service that the practice's software implements is called by Relais alone and says so once.
import { readFileSync } from "node:fs";

const set = JSON.parse(readFileSync(0, "utf8"));
const wrong = [];
let methods = 0;
for (const file of set.file ?? []) {
  if (file.package !== "relais.v1") continue;
  for (const service of file.service ?? []) {
    for (const method of service.method ?? []) {
      methods += 1;
      const access = method.options?.["[relais.v1.access]"];
      const roles = access?.roles ?? [];
      const name = `${service.name}.${method.name}`;
      if (service.options?.["[relais.v1.implemented_by_editor]"]) {
        if (access) wrong.push(`${name}: an access option on what the host does not serve`);
        continue;
      }
      if (!access) wrong.push(`${name}: no access option`);
      else if (Boolean(access.public) === roles.length > 0) wrong.push(`${name}: roles or public, one of them`);
      else if (roles.includes("ROLE_SYSTEM")) wrong.push(`${name}: no account holds ROLE_SYSTEM`);
      else if (new Set(roles).size !== roles.length) wrong.push(`${name}: a role is named twice`);
      else if (access.action && !roles.includes("ROLE_ASSISTANT")) wrong.push(`${name}: an action without an assistant`);
    }
  }
}
if (methods === 0) wrong.push("no method at all");
for (const line of wrong) console.error(line);
process.exit(wrong.length === 0 ? 0 : 1);
