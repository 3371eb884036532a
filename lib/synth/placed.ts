import { Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { shown } from '../input/problems';
import { settled } from '../input/settings';

/**
 * Where a construct goes, judged: what is wrong with it would end somewhere in the tree of constructs, in other words.
 *
 * @throws {InvalidInputError} when `scope` is no chart and in none, or `id` is not one of its own
 */
export function placed(scope: Construct, id: string): [scope: Construct, id: string] {
  settled((problems) => {
    const inTree = Construct.isConstruct(scope);
    if (!inTree || !scope.node.scopes.some((one) => Chart.isChart(one)))
      problems.add(
        'scope',
        `${inTree ? `${shown(scope)} is in no chart` : `${shown(scope)} is no chart`}; give a chart, such as new Chart(app, "chat", { namespace: "chat" })`,
      );
    if (typeof id !== 'string' || id === '')
      problems.add('id', `${shown(id)} is no name within the chart; give one of its own, such as "Server"`);
    else if (inTree && scope.node.tryFindChild(id) !== undefined)
      problems.add('id', `${shown(id)} is in ${shown(scope.node.path)} already; give each construct a name of its own`);
  });
  return [scope, id];
}
