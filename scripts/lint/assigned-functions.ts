// No function is written where it is assigned to a property. V8 takes it for a method and puts it among the old objects
// (`CheckAssigningFunctionLiteralToProperty` in its parser): all that it closes over then stays in memory until these are
// collected, which on the way of a delivery is garbage by the hundred megabytes (decision 24).

type Expression = { readonly type: string; readonly expression?: Expression };
type Assignment = { readonly left: Expression; readonly right: Expression };
type Context = { report(finding: { message: string; node: Assignment }): void };

const functions = new Set(['ArrowFunctionExpression', 'FunctionExpression']);
/** They are gone when V8 reads it. */
const typesAround = new Set(['TSAsExpression', 'TSSatisfiesExpression', 'TSNonNullExpression']);
const message =
  'a function that is assigned to a property lives until the old objects are collected: give it a name first, or hand over an object with a method (decision 24)';

export const noAssignedFunction = {
  create: (context: Context) => ({
    AssignmentExpression(node: Assignment) {
      if (node.left.type !== 'MemberExpression' || !functions.has(bare(node.right).type)) return;
      context.report({ message, node });
    },
  }),
};

function bare(expression: Expression): Expression {
  return typesAround.has(expression.type) ? bare(expression.expression!) : expression;
}
