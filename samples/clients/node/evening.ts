// SPDX-License-Identifier: Apache-2.0
// A practice software in TypeScript: signs in, sends a report, watches the doctor's list, validates one item.
//   bash samples/clients/node/run.sh REPORT     with RELAIS_ADDRESS and RELAIS_PASSWORD set
// The public contract is read as it is (proto/relais/v1): nothing is generated.
import { randomUUID } from "node:crypto";
import { open } from "node:fs/promises";
import { basename } from "node:path";
import * as grpc from "@grpc/grpc-js";
import * as loader from "@grpc/proto-loader";
import protobuf from "protobufjs";

const [report, softwareLogin = "logiciel", doctorLogin = "rouault"] = process.argv.slice(2);
const { RELAIS_ADDRESS: address, RELAIS_PASSWORD: password, RELAIS_PROTO: contract } = process.env;
if (!report || !address || !password || !contract) {
  console.error("Usage : run.sh COMPTE-RENDU [COMPTE-DU-LOGICIEL] [COMPTE-DU-MÉDECIN], avec RELAIS_ADDRESS et RELAIS_PASSWORD.");
  process.exit(2);
}

const definition = loader.loadSync(
  ["identity", "ingest", "worklist", "error"].map((name) => `relais/v1/${name}.proto`),
  { includeDirs: [contract], keepCase: true, longs: String, enums: String, defaults: true },
);
const api = grpc.loadPackageDefinition(definition) as any;

interface Item { id: string; version: string; category: string; state: string; title: string; patient: { family: string; given: string } | null }
interface Receipt { inbound_id: string; duplicate: boolean }
type Call = grpc.ServiceError;

// Every call has a deadline: a screen that waits for ever tells nobody why.
const deadline = () => ({ deadline: Date.now() + 60_000 });

class Session {
  private readonly metadata = new grpc.Metadata();
  private constructor(token: string, readonly name: string) {
    this.metadata.set("authorization", `Bearer ${token}`);
  }

  static async signIn(login: string): Promise<Session> {
    const answer = await new Promise<any>((resolve, reject) =>
      client("IdentityService").SignIn({ login, password }, deadline(), (error: Call | null, value: any) => (error ? reject(error) : resolve(value))));
    return new Session(answer.token, answer.actor.display_name);
  }

  call<T>(service: string, method: string, request: object): Promise<T> {
    return new Promise((resolve, reject) =>
      client(service)[method](request, this.metadata, deadline(), (error: Call | null, value: T) => (error ? reject(error) : resolve(value))));
  }

  // The report's bytes in parts of at most 1 MiB; the answer comes once they are durable.
  async submit(path: string, requestId: string): Promise<Receipt> {
    const file = await open(path);
    try {
      return await new Promise<Receipt>((resolve, reject) => {
        const stream = client("IngestService").Submit(this.metadata, deadline(), (error: Call | null, value: Receipt) => (error ? reject(error) : resolve(value)));
        let head: object = { request_id: requestId, file_name: basename(path), source: "exemple-node" };
        (async () => {
          for await (const chunk of file.createReadStream({ highWaterMark: 256 * 1024, autoClose: false })) {
            stream.write({ ...head, chunk });
            head = {};
          }
          stream.end();
        })().catch(reject);
      });
    } finally {
      await file.close();
    }
  }

  async items(): Promise<Item[]> {
    const all: Item[] = [];
    let token = "";
    do {
      const page = await this.call<{ items: Item[]; next_page_token: string }>("WorklistService", "ListItems", { page: { token } });
      all.push(...page.items);
      token = page.next_page_token;
    } while (token !== "");
    return all;
  }

  // The list as a stream, up to the mark that says "this is all there is now".
  watched(): Promise<Item[]> {
    return new Promise((resolve, reject) => {
      const seen: Item[] = [];
      const stream = client("WorklistService").WatchItems({}, this.metadata, deadline());
      let complete = false;
      stream.on("data", (event: { kind: string; item: Item }) => {
        if (event.kind === "KIND_ITEM") seen.push(event.item);
        if (event.kind !== "KIND_SNAPSHOT_END") return;
        complete = true;
        stream.cancel();
        resolve(seen);
      });
      stream.on("error", (error: Call) => complete || reject(error));
    });
  }
}

const clients = new Map<string, any>();
function client(service: string): any {
  if (!clients.has(service)) clients.set(service, new api.relais.v1[service](address, grpc.credentials.createInsecure()));
  return clients.get(service);
}

// The host's own words for a failed call: a stable code and a French sentence.
function refusal(error: Call): string {
  const [bytes] = error.metadata?.get("relais-error-bin") ?? [];
  if (!Buffer.isBuffer(bytes)) return `${grpc.status[error.code]} : ${error.details}`;
  const detail = errorDetail(bytes);
  return `${detail.code} : ${detail.sentence}`;
}
function errorDetail(bytes: Buffer): { code: string; sentence: string } {
  // proto-loader decodes what calls answer, not what metadata carries: protobufjs, on which it stands, does.
  const root = new protobuf.Root();
  root.resolvePath = (_, target) => (target.startsWith("/") ? target : `${contract}/${target}`);
  return root.loadSync("relais/v1/error.proto").lookupType("relais.v1.ErrorDetail").decode(bytes) as any;
}
async function main(): Promise<void> {
  const software = await Session.signIn(softwareLogin);
  const requestId = randomUUID();
  const receipt = await software.submit(report!, requestId);
  const again = await software.submit(report!, requestId);
  if (again.inbound_id !== receipt.inbound_id) throw new Error("Le même envoi a été reçu deux fois.");
  console.log(`Transmis : ${receipt.inbound_id}${receipt.duplicate ? " (déjà reçu)" : ""}`);

  // What the software may not do is refused, with the reason.
  const refused = await software.items().then(() => null, (error: Call) => error);
  if (refused === null) throw new Error("Le logiciel a pu lire la liste du médecin.");
  console.log(`Refusé au logiciel : ${refusal(refused)}`);
  await software.call("IdentityService", "SignOut", {});

  const doctor = await Session.signIn(doctorLogin);
  const shown = await doctor.items();
  const ids = (items: Item[]) => items.map((item) => item.id).sort().join();
  if (ids(shown) !== ids(await doctor.watched())) throw new Error("La liste et son flux ne montrent pas la même chose.");
  console.log(`${shown.length} lignes pour ${doctor.name}`);
  for (const item of shown.slice(0, 5)) console.log(`  ${item.category}  ${item.patient?.family} ${item.patient?.given}  ${item.title}`);

  const waiting = shown.find((item) => item.state === "ITEM_STATE_TO_VALIDATE");
  if (waiting) {
    const validated = await doctor.call<{ item: Item }>("WorklistService", "ValidateItem", { request_id: randomUUID(), item_id: waiting.id, version: waiting.version });
    console.log(`Validé : ${validated.item.state}`);
  }
  await doctor.call("IdentityService", "SignOut", {});
}

main()
  .catch((error: unknown) => {
    console.error(error instanceof Error && "metadata" in error ? refusal(error as Call) : error);
    process.exitCode = 1;
  })
  .finally(() => clients.forEach((one) => one.close()));
