import { harmless } from '../control/colour.ts';
import { type Element, element } from '../model/element-tree/element-tree.ts';
import { writeElementTree } from '../model/element-tree/write-element-tree.ts';

/** One case of a JUnit report. */
export interface JunitCase {
  readonly name: string;
  /** Real seconds that it took. */
  readonly seconds: number;
  readonly outcome: 'passed' | 'skipped' | 'failed';
  /** One sentence. */
  readonly message: string;
  /** What else is to be read of a failure. */
  readonly details?: readonly string[];
}

export interface JunitSuite {
  readonly name: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly cases: readonly JunitCase[];
}

/** A suite as the XML that build servers read: well-formed whatever the texts hold. */
export function junitXml({ name, startedAt, cases }: JunitSuite): string {
  const count = (outcome: JunitCase['outcome']) => String(cases.filter((test) => test.outcome === outcome).length);
  const time = cases.reduce((sum, test) => sum + test.seconds, 0).toFixed(3);
  const totals = { tests: String(cases.length), failures: count('failed'), errors: '0', skipped: count('skipped'), time };
  const children = cases.map((test) => caseElement(name, test));
  const suite = element('testsuite', { name: clean(name), ...totals, timestamp: startedAt.replace(/(\.\d+)?Z$/, '') }, children);
  return `${writeElementTree(element('testsuites', { name: clean(name), ...totals }, [suite]))}\n`;
}

function caseElement(suite: string, { name, seconds, outcome, message, details = [] }: JunitCase): Element {
  const text = [message, ...details].map(clean).join('\n');
  const children = {
    passed: element('system-out', {}, [], text),
    skipped: element('skipped', { message: clean(message) }),
    failed: element('failure', { message: clean(message), type: 'rehearsal' }, [], text),
  };
  return element('testcase', { classname: clean(suite), name: clean(name), time: seconds.toFixed(3) }, [children[outcome]]);
}

/** Without what XML cannot hold, and without a terminal's commands: what programs print may be anything. */
function clean(text: string): string {
  const lines = text.split(/\r?\n/).map((line) => harmless(line, false));
  return lines.join('\n').replace(/\p{Cs}|[\ufffe\uffff]/gu, '');
}
