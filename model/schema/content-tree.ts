import type { ChildRule, ElementRule } from './element-rules.ts';

/** What may stand directly inside an element or one of its containers. */
export interface ContentNode {
  readonly containers: ReadonlyMap<string, ContentNode>;
  readonly targets: ReadonlyMap<string, Target>;
}

/** An element that is kept under a name of the model. */
export interface Target {
  readonly field: string;
  readonly child: ChildRule<unknown>;
  readonly rule: ElementRule<unknown>;
}

interface MutableNode {
  readonly containers: Map<string, MutableNode>;
  readonly targets: Map<string, Target>;
}

const trees = new WeakMap<ElementRule<unknown>, ContentNode>();

/** The paths of an element's children as a tree, so that several fields may share a container. Made once per rule. */
export function contentTree(rule: ElementRule<unknown>): ContentNode {
  const known = trees.get(rule);
  if (known !== undefined) return known;
  const root: MutableNode = { containers: new Map(), targets: new Map() };
  for (const [field, child] of Object.entries(rule.children)) {
    if (child.how === 'present') continue;
    for (const [path, target] of Object.entries(child.paths)) {
      const names = path.split('/');
      const last = names.pop() ?? '';
      const node = names.reduce((at, name) => containerOf(at, name), root);
      node.targets.set(last, { field, child, rule: typeof target === 'function' ? target() : target });
    }
  }
  trees.set(rule, root);
  return root;
}

/** Every name that may stand directly inside. */
export function namesIn(node: ContentNode): string[] {
  return [...node.containers.keys(), ...node.targets.keys()];
}

function containerOf(node: MutableNode, name: string): MutableNode {
  const known = node.containers.get(name);
  if (known !== undefined) return known;
  const made: MutableNode = { containers: new Map(), targets: new Map() };
  node.containers.set(name, made);
  return made;
}
