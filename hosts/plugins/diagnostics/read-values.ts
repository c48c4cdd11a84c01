import type { Element } from '../../../model/element-tree/element-tree.ts';
import { megabyte } from './configuration.ts';

/** Bytes of a quota given in MB; 0 when there is none, which leaves it to the quota above. @throws Error with one sentence */
export function quotaOf(element: Element, attribute: string): number {
  const text = element.attributes[attribute]?.trim() ?? '0';
  if (!/^\d{1,7}$/.test(text)) throw new Error(`${element.name}/@${attribute} is not a number of megabytes: "${text.slice(0, 50)}"`);
  return Number(text) * megabyte;
}

/** Azure milliseconds of an XML duration such as `PT1M`; 0 when there is none. @throws Error with one sentence */
export function durationMsOf(element: Element, attribute: string): number {
  const text = element.attributes[attribute]?.trim() ?? 'PT0S';
  const parts = /^P(?=.)(?:(\d{1,4})D)?(?:T(?=.)(?:(\d{1,5})H)?(?:(\d{1,6})M)?(?:(\d{1,8}(?:\.\d{1,7})?)S)?)?$/.exec(text);
  if (parts === null) throw new Error(`${element.name}/@${attribute} is not a duration such as PT1M: "${text.slice(0, 50)}"`);
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = parts.slice(1).map((part) => Number(part ?? 0));
  return (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1_000;
}

/** One of a list of words. @throws Error with one sentence that names them */
export function choiceOf<Choice extends string>(element: Element, attribute: string, choices: readonly Choice[], fallback: Choice): Choice {
  const text = element.attributes[attribute]?.trim();
  if (text === undefined) return fallback;
  const found = choices.find((choice) => choice === text);
  if (found === undefined) throw new Error(`${element.name}/@${attribute} is "${text.slice(0, 50)}", not one of ${choices.join(', ')}`);
  return found;
}
