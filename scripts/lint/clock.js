/**
 * A lint rule for the pure rooms: the clock and chance are arguments there. The compiler keeps platform APIs out (it
 * knows none in those rooms), but `Date` and `Math` belong to the language itself, and most of them is harmless:
 * `Date.parse(text)` and `new Date(ms)` are functions of what they are given.
 */
const message = (what) => `${what} makes the result depend on more than the arguments; hand it in.`;

const reads = (node, object, property) =>
  node.object.type === "Identifier" &&
  node.object.name === object &&
  ((!node.computed && node.property.name === property) || node.property.value === property);

export const clock = {
  create(context) {
    const report = (node, what) => context.report({ node, message: message(what) });
    return {
      MemberExpression(node) {
        if (reads(node, "Date", "now")) report(node, "Date.now");
        if (reads(node, "Math", "random")) report(node, "Math.random");
      },
      NewExpression(node) {
        if (node.callee.name === "Date" && node.arguments.length === 0) report(node, "new Date()");
      },
      CallExpression(node) {
        if (node.callee.name === "Date") report(node, "Date()");
      },
      VariableDeclarator(node) {
        const taken = node.id.type === "ObjectPattern" && (node.init?.name === "Date" || node.init?.name === "Math");
        if (taken) report(node, `Taking functions out of ${node.init.name}`);
      },
    };
  },
};
