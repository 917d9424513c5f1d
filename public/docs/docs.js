// Draws /openapi.json. Everything on the page comes from that document; nothing is loaded from elsewhere.

/** An element with its properties and children; text is always text, never markup. */
function element(tag, properties, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children.filter((child) => child !== undefined));
  return made;
}

/** A schema as the shape of a JSON document: what a reader scans fastest. */
function shape(schema, indent = "") {
  const inner = `${indent}  `;
  if (schema === undefined || schema === true) return "any";
  if (schema.$ref) return schema.$ref.split("/").at(-1);
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((one) => JSON.stringify(one)).join(" | ");
  const union = schema.oneOf ?? schema.anyOf;
  if (union) return union.map((one) => shape(one, indent)).join(" | ");
  if (schema.allOf) return schema.allOf.map((one) => shape(one, indent)).join(" & ");
  if (schema.type === "array") return `[${shape(schema.items, indent)}, …]`;
  if (schema.type !== "object") return [schema.type ?? "any"].flat().join(" | ") + limits(schema);
  const required = new Set(schema.required);
  const lines = Object.entries(schema.properties ?? {}).map(
    ([name, value]) => `${inner}"${name}"${required.has(name) ? "" : "?"}: ${shape(value, inner)}`,
  );
  if (typeof schema.additionalProperties === "object" && Object.keys(schema.additionalProperties).length > 0)
    lines.push(`${inner}[name]: ${shape(schema.additionalProperties, inner)}`);
  return lines.length > 0 ? `{\n${lines.join(",\n")}\n${indent}}` : "{}";
}

function limits(schema) {
  const low = schema.minimum ?? schema.minLength;
  const high = schema.maximum ?? schema.maxLength;
  return low === undefined && high === undefined ? "" : ` (${low ?? ""}…${high ?? ""})`;
}

function contentOf(holder) {
  return Object.entries(holder?.content ?? {}).map(([type, { schema }]) =>
    element(
      "div",
      {},
      element("code", { textContent: type }),
      element("pre", { textContent: shape(schema), tabIndex: 0 }),
    ),
  );
}

function parameterTable(parameters, resolve) {
  if (parameters.length === 0) return undefined;
  const rows = parameters
    .map(resolve)
    .map((one) =>
      element(
        "tr",
        {},
        element("td", {}, element("code", { textContent: one.name })),
        element("td", { textContent: one.in + (one.required ? ", required" : "") }),
        element("td", {}, element("code", { textContent: shape(one.schema) })),
        element("td", { textContent: one.description ?? "" }),
      ),
    );
  const head = element(
    "tr",
    {},
    ...["Name", "Where", "Shape", ""].map((text) => element("th", { scope: "col", textContent: text })),
  );
  return element(
    "div",
    {},
    element("h3", { textContent: "Parameters" }),
    element("table", {}, element("thead", {}, head), element("tbody", {}, ...rows)),
  );
}

function operationCard(method, path, operation, shared, resolve) {
  const parameters = [...shared, ...(operation.parameters ?? [])];
  const answers = Object.entries(operation.responses).map(([status, answer]) => {
    const whole = resolve(answer);
    return element("div", {}, element("h3", { textContent: `${status} ${whole.description}` }), ...contentOf(whole));
  });
  const body = contentOf(resolve(operation.requestBody ?? {}));
  return element(
    "details",
    { className: "operation", id: operation.operationId },
    element(
      "summary",
      {},
      element("span", { className: `method ${method}`, textContent: method.toUpperCase() }),
      element("span", { className: "path", textContent: path }),
      element("span", { className: "what", textContent: operation.summary }),
    ),
    element(
      "div",
      {},
      element("p", { textContent: operation.description ?? operation.summary }),
      parameterTable(parameters, resolve),
      body.length > 0 ? element("h3", { textContent: "Body" }) : undefined,
      ...body,
      ...answers,
    ),
  );
}

function draw(api) {
  const resolve = (part) => {
    if (!part.$ref) return part;
    return part.$ref
      .slice(2)
      .split("/")
      .reduce((at, step) => at[step], api);
  };
  document
    .getElementById("about")
    .replaceChildren(
      `Version ${api.info.version}. `,
      element("a", { href: "/openapi.json", textContent: "openapi.json" }),
      ` (OpenAPI ${api.openapi})`,
    );
  const groups = new Map(api.tags.map((tag) => [tag.name, { tag, cards: [] }]));
  for (const [path, item] of Object.entries(api.paths))
    for (const [method, operation] of Object.entries(item)) {
      if (typeof operation !== "object" || !("responses" in operation)) continue;
      // A tag that the document doesn't declare is a heading all the same.
      const name = operation.tags?.[0] ?? "Others";
      if (!groups.has(name)) groups.set(name, { tag: { name }, cards: [] });
      groups.get(name).cards.push(operationCard(method, path, operation, item.parameters ?? [], resolve));
    }
  const sections = [...groups.values()].map(({ tag, cards }) =>
    element(
      "section",
      {},
      element("h2", { textContent: tag.name }),
      element("p", { textContent: tag.description ?? "" }),
      ...cards,
    ),
  );
  const schemas = Object.entries(api.components.schemas).map(([name, schema]) =>
    element(
      "details",
      { className: "operation", id: `schema-${name}` },
      element("summary", {}, element("span", { className: "path", textContent: name })),
      element(
        "div",
        {},
        element("p", { textContent: schema.description ?? "" }),
        element("pre", { textContent: shape(schema), tabIndex: 0 }),
      ),
    ),
  );
  const shapes = element("section", {}, element("h2", { textContent: "Shapes" }), ...schemas);
  document.getElementById("content").replaceChildren(...sections, shapes);
}

/** Shows the cards that contain every word of the filter, and says how many there are. */
function filter(text) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const section of document.querySelectorAll("main section")) {
    let here = 0;
    for (const card of section.querySelectorAll("details.operation")) {
      const haystack = card.querySelector("summary").textContent.toLowerCase();
      card.hidden = !words.every((word) => haystack.includes(word));
      if (!card.hidden) here++;
    }
    section.hidden = here === 0;
    shown += here;
  }
  document.getElementById("count").textContent = words.length > 0 ? `${shown} found` : "";
}

const response = await fetch("/openapi.json").catch(() => undefined);
if (response?.ok) {
  draw(await response.json());
  const field = document.getElementById("filter");
  field.addEventListener("input", () => filter(field.value));
  const linked = location.hash.length > 1 ? document.getElementById(decodeURIComponent(location.hash.slice(1))) : null;
  if (linked) {
    linked.open = true;
    linked.scrollIntoView();
  }
} else
  document.getElementById("about").textContent = "The description of the API could not be loaded. Reload to try again.";
