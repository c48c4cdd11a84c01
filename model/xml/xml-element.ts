import type { Position } from '../../contracts/source-place.ts';

export interface XmlAttribute extends Position {
  /** Local name. */
  readonly name: string;
  /** Empty for an attribute without prefix. */
  readonly uri: string;
  readonly value: string;
}

export interface XmlElement extends Position {
  /** Local name. */
  readonly name: string;
  readonly uri: string;
  /** Without namespace declarations. */
  readonly attributes: readonly XmlAttribute[];
  readonly children: readonly XmlElement[];
  /** Where the first text other than white space stands between its children. */
  readonly textAt?: Position;
}
