import type { Element } from '../element-tree/element-tree.ts';

/** `/Name` or `/@name`, then any number of `[@name='value']`; double quotes are as good. */
const stepPattern = /^\/\s*(@?)([\p{L}_][\p{L}\p{N}_.-]*)\s*((?:\[\s*@[\p{L}_][\p{L}\p{N}_.-]*\s*=\s*(?:'[^']*'|"[^"]*")\s*\]\s*)*)/u;
const predicatePattern = /\[\s*@([^\s=]+)\s*=\s*(?:'([^']*)'|"([^"]*)")\s*\]/g;
const maximumLength = 2_000;

interface Step {
  readonly attribute: boolean;
  readonly name: string;
  readonly predicates: readonly (readonly [name: string, value: string])[];
}

/**
 * Evaluates the part of XPath that service definitions use: child axis, attributes, equality of attributes (SM 4.5, AB 5.5).
 *
 * Names count in upper and lower case, as in XPath. As there, the value of several matches is the first one's in document order.
 *
 * @param root the document's root element, which the first step names
 * @returns the value; empty when the document has no such thing, as a misspelt name gives on Azure (SM 4.5)
 * @throws Error naming the expression when it needs more of XPath than this
 */
export function evaluateXpath(root: Element, xpath: string): string {
  const steps = stepsOf(xpath);
  let matches: readonly Element[] = [{ name: '', attributes: {}, children: [root], text: '' }];
  for (const step of steps) {
    if (step.attribute) return matches.map((match) => match.attributes[step.name]).find((value) => value !== undefined) ?? '';
    matches = matches.flatMap((match) => match.children).filter((child) => fits(child, step));
  }
  return matches[0] === undefined ? '' : textOf(matches[0]);
}

function stepsOf(xpath: string): readonly Step[] {
  if (xpath.length > maximumLength) throw unsupported(`${xpath.slice(0, 100)}…`);
  const steps: Step[] = [];
  // Evaluated from the document itself, an expression without the leading slash means the same.
  let rest = xpath.trim().replace(/^(?!\/)/, '/');
  while (rest !== '') {
    const [step, at, name, predicates] = stepPattern.exec(rest) ?? [];
    if (step === undefined || name === undefined || predicates === undefined) throw unsupported(xpath);
    steps.push({ attribute: at === '@', name, predicates: predicatesOf(predicates) });
    rest = rest.slice(step.length);
  }
  if (steps.some((step, index) => step.attribute && (index < steps.length - 1 || step.predicates.length > 0))) throw unsupported(xpath);
  return steps;
}

function predicatesOf(text: string): Step['predicates'] {
  return [...text.matchAll(predicatePattern)].map((match) => [match[1] ?? '', match[2] ?? match[3] ?? ''] as const);
}

function fits(element: Element, step: Step): boolean {
  return element.name === step.name && step.predicates.every(([name, value]) => element.attributes[name] === value);
}

function textOf(element: Element): string {
  return element.text + element.children.map(textOf).join('');
}

function unsupported(xpath: string): Error {
  return new Error(`the xpath ${xpath} uses more than child elements, attributes and [@name='value'], which is all that rolevm evaluates`);
}
