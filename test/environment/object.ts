import { env } from "cloudflare:workers";
import { runInDurableObject } from "cloudflare:test";
import type { Change } from "../../src/contract/change.ts";
import type { Flag } from "../../src/contract/flag.ts";
import type { Segment } from "../../src/contract/segment.ts";
import { keyOf, type Pointer, type SnapshotBody } from "../../src/contract/snapshot.ts";
import type { Environment, EnvironmentObjects } from "../../src/environment/environment.ts";
import type { Applied, Write } from "../../src/environment/rpc.ts";

/* The Environment object as tests meet it: created, written to, looked into. */

export const NAME = "production";
export const WRITE: Write = { actor: { id: "token:1", name: "Ada", via: "token" }, comment: "" };

/** The platform's own type of it is too deep for the compiler. */
const objects = env.ENVIRONMENT as unknown as EnvironmentObjects;

/** A new environment of its own incarnation, at version 1. */
export async function created(copy: ReadableStream<Uint8Array> | null = null): Promise<Here> {
  const incarnation = crypto.randomUUID().replaceAll("-", "").slice(0, 12);
  const name = keyOf.environmentObject(NAME, incarnation);
  const object = objects.getByName(name);
  const seeded = await object.seed(copy, WRITE);
  if (!seeded.ok) throw new Error(JSON.stringify(seeded.problem));
  return new Here(incarnation, object, env.ENVIRONMENT.getByName(name));
}

/** An environment's document, read. */
export async function documentIn(object: Here["object"]): Promise<{ flags: Flag[]; segments: Segment[] }> {
  const document = await object.document();
  if (!document.ok) throw new Error(document.problem.detail);
  return new Response(document.text).json();
}

export class Here {
  readonly incarnation: string;
  readonly object: ReturnType<EnvironmentObjects["getByName"]>;
  readonly stub: DurableObjectStub<Environment>;

  constructor(incarnation: string, object: Here["object"], stub: Here["stub"]) {
    this.incarnation = incarnation;
    this.object = object;
    this.stub = stub;
  }

  /** Makes changes that are expected to go through. */
  async write(changes: Change[], more: Partial<Write> = {}): Promise<Applied> {
    const result = await this.object.apply(changes, { ...WRITE, ...more });
    if (!result.ok) throw new Error(JSON.stringify(result.problem));
    return result;
  }

  /** Runs inside the object, next to its storage. */
  inside<T>(look: (storage: DurableObjectStorage, instance: Environment) => T | Promise<T>): Promise<T> {
    return runInDurableObject(this.stub, (instance, state) => look(state.storage, instance));
  }

  rows<T extends Record<string, SqlStorageValue>>(query: string): Promise<T[]> {
    return this.inside((storage) => storage.sql.exec<T>(query).toArray());
  }

  storedPointer(): Promise<Pointer | null> {
    return env.SNAPSHOTS.get<Pointer>(keyOf.pointer(NAME, this.incarnation), "json");
  }

  storedBody(version: number): Promise<SnapshotBody | null> {
    return env.SNAPSHOTS.get<SnapshotBody>(keyOf.body(NAME, this.incarnation, version), "json");
  }
}
