import type { RoleEnvironmentDocument } from '../../contracts/role-environment.ts';
import type { VariableModel } from '../../contracts/role-model.ts';
import { environmentTree } from './environment-tree.ts';
import { evaluateXpath } from './evaluate-xpath.ts';

/**
 * The environment variables of a task or of the role host with their values of this instance, in document order.
 *
 * A variable whose value is empty does not come out: Windows has no empty environment variables (SM 4.5).
 *
 * @throws Error naming the variable and the expression when an xpath cannot be evaluated
 */
export function resolveVariables(
  variables: readonly VariableModel[],
  document: RoleEnvironmentDocument,
): readonly { readonly name: string; readonly value: string }[] {
  const tree = variables.some((variable) => variable.xpath !== undefined) ? environmentTree(document) : undefined;
  return variables
    .map(({ name, value, xpath }) => {
      if (xpath === undefined || tree === undefined) return { name, value: value ?? '' };
      try {
        return { name, value: evaluateXpath(tree, xpath) };
      } catch (error) {
        throw new Error(`variable ${name}: ${error instanceof Error ? error.message : String(error)}`);
      }
    })
    .filter(({ value }) => value !== '');
}
