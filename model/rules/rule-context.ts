import type { FromSource, RoleDefinition, ServiceConfiguration, ServiceDefinition } from '../../contracts/service-model.ts';
import type { DiagnosticList, FindingPlace, Mend } from '../diagnostic-list.ts';
import type { RoleDeclarations } from './merge-declarations.ts';

/** What the rules inside a definition look at. */
export interface DefinitionContext {
  readonly definition: ServiceDefinition;
  /** What each role and its modules declare together. */
  readonly declarations: ReadonlyMap<RoleDefinition, RoleDeclarations>;
  readonly findings: DiagnosticList;
  /** Elements with children that could not be read: see `Reading.incomplete`. */
  readonly incomplete: WeakSet<object>;
}

/** What the rules between definition and configuration look at. */
export interface ServiceContext extends DefinitionContext {
  readonly configuration: ServiceConfiguration;
}

/**
 * The place of a finding about an element, or about one of its attributes where that is stated.
 *
 * @param subject the element's name, with `/@name` behind it for an attribute
 */
export function placeOf(file: string, element: FromSource, subject: string, mend: Mend): FindingPlace {
  const attribute = subject.split('/@')[1];
  const at = attribute === undefined ? undefined : element.at.attributes[attribute];
  return { file, at: at ?? element.at, subject, mend };
}
