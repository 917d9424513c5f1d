/**
 * A lint rule for alarms and transactions of Durable Objects: an alarm whose setting fails unnoticed is work that is never
 * done, and a transaction that fails must take along what was remembered of it. Both have one place in src/durable.
 * Elsewhere an alarm is set only where that is waited for.
 */
export const alarms = {
  create(context) {
    const report = (node, message) => context.report({ node, message });
    return {
      CallExpression(node) {
        const name = node.callee.type === "MemberExpression" ? node.callee.property.name : undefined;
        if (name === "transactionSync") report(node, "Use Transactions of src/durable: memory has to follow storage.");
        if (name !== "setAlarm" && name !== "deleteAlarm") return;
        if (node.parent?.type !== "AwaitExpression")
          report(node, `${name} must be waited for; use Alarm of src/durable.`);
      },
    };
  },
};
