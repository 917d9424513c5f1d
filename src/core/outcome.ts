import type { PublishedFlag } from "../contract/snapshot.ts";
import type { JsonValue } from "../contract/json.ts";
import type { ErrorCode, Reason } from "../contract/ofrep.ts";
import { murmur3 } from "./murmur3.ts";

/** Who asks: client keys see less metadata than server keys. */
export type Audience = "client" | "server";

/** What an evaluation says. Frozen, made once, the same object for everyone who gets this answer. */
export type Evaluation = {
  readonly key: string;
  readonly reason: Reason;
  readonly value?: JsonValue;
  readonly variant?: string;
  readonly ruleId?: string;
  /**
   * During a release, of people for whom the released rule's condition held: `<release>.<epoch>.t` or `.c`, and `.` and 11
   * characters where something else than the targeting key was bucketed.
   */
  readonly cohort?: string;
  readonly errorCode?: ErrorCode;
  readonly errorDetails?: string;
  readonly [OUTCOME]: Outcome;
};

/** Leads from an evaluation back to its ready texts; a symbol, so that no copy and no JSON of it carries them. */
const OUTCOME = Symbol("outcome");

/** What the outcomes of one flag have in common. */
export type Owner = {
  readonly key: string;
  readonly version: number;
  readonly flag: Pick<PublishedFlag, "type" | "variants" | "metadata">;
};

/** A ready piece of an answer: its text, and two 32-bit hashes of it. */
export type Piece = {
  readonly text: string;
  /** The text with a comma before it. */
  readonly following: string;
  readonly a: number;
  readonly b: number;
  readonly c: number;
};

/** One possible answer of one flag. Everything but its identity is made when first asked for, and then kept. */
export class Outcome {
  readonly owner: Owner;
  readonly reason: Reason;
  /** null: the caller's default applies */
  readonly variant: string | null;
  readonly ruleId: string | null;
  readonly cohort: string | null;
  readonly error: { code: ErrorCode; details: string } | null;
  private made: Evaluation | null = null;
  private client: Piece | null = null;
  private server: Piece | null = null;

  /** Tells the kinds of steps apart; on the prototype, where it takes no memory. */
  get kind(): "outcome" {
    return "outcome";
  }

  constructor(
    owner: Owner,
    reason: Reason,
    variant: string | null,
    ruleId: string | null,
    cohort: string | null = null,
    error: { code: ErrorCode; details: string } | null = null,
  ) {
    this.owner = owner;
    this.reason = reason;
    this.variant = variant;
    this.ruleId = ruleId;
    this.cohort = cohort;
    this.error = error;
  }

  get evaluation(): Evaluation {
    return (this.made ??= this.evaluate());
  }

  /** The same answer with another cohort. */
  of(cohort: string): Outcome {
    return new Outcome(this.owner, this.reason, this.variant, this.ruleId, cohort);
  }

  piece(audience: Audience): Piece {
    if (audience === "client") return (this.client ??= this.write(audience));
    return (this.server ??= this.write(audience));
  }

  private evaluate(): Evaluation {
    const { owner, reason, variant, ruleId, cohort, error } = this;
    const evaluation = {
      key: owner.key,
      reason,
      ...(variant === null ? {} : { value: deepFreeze(owner.flag.variants[variant]!), variant }),
      ...(ruleId === null ? {} : { ruleId }),
      ...(cohort === null ? {} : { cohort }),
      ...(error === null ? {} : { errorCode: error.code, errorDetails: error.details }),
    };
    Object.defineProperty(evaluation, OUTCOME, { value: this });
    return Object.freeze(evaluation as Evaluation);
  }

  private write(audience: Audience): Piece {
    const following = this.text(audience);
    const text = following.slice(1);
    return { text, following, a: murmur3(text, 1) >> 1, b: murmur3(text, 2) >> 1, c: murmur3(text, 3) >> 1 };
  }

  private text(audience: Audience): string {
    const { owner, reason, variant, ruleId, cohort, error } = this;
    if (error !== null)
      return "," + JSON.stringify({ key: owner.key, errorCode: error.code, errorDetails: error.details });
    return [
      `,{"key":${JSON.stringify(owner.key)}`,
      variant === null ? "" : `,"value":${valueText(owner, variant)},"variant":${JSON.stringify(variant)}`,
      `,"reason":"${reason}"`,
      `,"metadata":${ownMetadata(owner)}"version":${JSON.stringify(String(owner.version))}`,
      cohort === null ? "" : `,"cohort":${JSON.stringify(cohort)}`,
      ruleId === null || audience === "client" ? "" : `,"ruleId":${JSON.stringify(ruleId)}`,
      "}}",
    ].join("");
  }
}

/** The ready text of one item of an answer, as OFREP wants it. */
export function json(evaluation: Evaluation, audience: Audience): string {
  return evaluation[OUTCOME].piece(audience).text;
}

/**
 * JSON of a variant's value. A number flag that has a fractional variant writes its whole values as `1.0`, so that a
 * client in a typed language sees one type.
 */
function valueText(owner: Owner, variant: string): string {
  const { type, variants } = owner.flag;
  const text = JSON.stringify(variants[variant]);
  const fractional = type === "number" && Object.values(variants).some((value) => !Number.isInteger(value));
  return fractional && /^-?\d+$/.test(text) ? `${text}.0` : text;
}

/** The beginning of the metadata object: what the flag says itself. */
function ownMetadata(owner: Owner): string {
  const text = JSON.stringify(owner.flag.metadata ?? {});
  return text === "{}" ? "{" : `${text.slice(0, -1)},`;
}

function deepFreeze(value: JsonValue): JsonValue {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  for (const child of Object.values(value)) deepFreeze(child);
  Object.freeze(value);
  return value;
}
