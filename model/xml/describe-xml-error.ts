import type { Position } from '../../contracts/source-place.ts';
import { quote, quoteName } from '../quote.ts';
import type { XmlElement } from './xml-element.ts';

/** What is known at the moment the parser gives up. */
export interface XmlErrorContext {
  /** Where the parser stands. */
  readonly here: Position;
  /** The element that the parser closed last. */
  readonly closed?: XmlElement;
  /** The innermost element that is still open. */
  readonly unclosed?: XmlElement;
  /** The second of two attributes of one name. */
  readonly repeatedAttribute?: Position;
}

interface XmlErrorDescription {
  readonly message: string;
  readonly at: Position;
  readonly mend: string;
}

/** Says in one sentence what the parser's words mean for somebody who edits a csdef, and where to look. */
export function describeXmlError(reason: string, context: XmlErrorContext): XmlErrorDescription {
  const { here, closed, unclosed, repeatedAttribute } = context;
  if (reason === 'unexpected close tag.' && closed !== undefined) {
    const message = `The closing tag does not fit <${quoteName(closed.name)}>, opened in line ${closed.line}.`;
    return { message, at: here, mend: `Write </${quoteName(closed.name)}> before it.` };
  }
  if (/^unclosed tag|^unexpected end/.test(reason) && unclosed !== undefined) {
    return {
      message: `The file ends and <${quoteName(unclosed.name)}> is still open.`,
      at: unclosed,
      mend: `Write </${quoteName(unclosed.name)}> where it ends.`,
    };
  }
  if (reason === 'document must contain a root element.') {
    return { message: 'The file is empty or has no XML element.', at: here, mend: 'Check that this is the right file.' };
  }
  if (reason.startsWith('duplicate attribute: ')) {
    const name = reason.slice('duplicate attribute: '.length, -1);
    return { message: `The attribute ${quote(name)} is given twice.`, at: repeatedAttribute ?? here, mend: 'Remove one of the two.' };
  }
  return {
    message: sentences[reason] ?? `The XML is not well-formed: ${quoteName(reason)}`,
    at: here,
    mend: mends[reason] ?? 'Correct the XML.',
  };
}

const sentences: Readonly<Record<string, string>> = {
  'disallowed character.': 'A character stands here that XML does not allow in this place, such as a bare < in a value.',
  'undefined entity.': 'An entity is used that XML does not define.',
  'disallowed character in entity name.': 'A bare & stands in the text.',
  'empty entity name.': 'A bare & stands in the text.',
  'unquoted attribute value.': 'The value of an attribute is not in quotation marks.',
  'attribute without value.': 'An attribute has no value.',
  'no whitespace between attributes.': 'There is no space between two attributes.',
  'documents may contain only one root.': 'A second element stands beside the root element.',
  'text data outside of root node.': 'There is text outside the root element.',
  'unexpected end.': 'The file ends in the middle of a tag or comment.',
};

const mends: Readonly<Record<string, string>> = {
  'disallowed character.': 'Write &lt; for <, &gt; for > and &amp; for &.',
  'undefined entity.': 'Use &lt; &gt; &amp; &quot; &apos; or a number such as &#160;.',
  'disallowed character in entity name.': 'Write &amp; for &.',
  'empty entity name.': 'Write &amp; for &.',
  'unquoted attribute value.': 'Put the value in quotation marks: name="value".',
  'attribute without value.': 'Write name="value".',
  'documents may contain only one root.': 'Move it into the root element, or remove it.',
  'text data outside of root node.': 'Remove the text.',
};
