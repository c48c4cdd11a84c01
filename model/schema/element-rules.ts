import type { SourcePlace } from '../../contracts/source-place.ts';
import type { AttributeRule } from './attribute-rules.ts';

/** What an element may contain. `T` is what reading it gives: its attributes under their names, its children under the model's. */
export interface ElementRule<out T> {
  readonly attributes: Readonly<Record<string, AttributeRule<unknown>>>;
  readonly children: Readonly<Record<string, ChildRule<unknown>>>;
  /** Tells elements of one list apart. */
  readonly kind?: string;
  /** Only in the type. */
  readonly gives?: T;
}

/**
 * Children that are kept under one name of the model. A path leads through containers to the element:
 * `ConfigurationSettings/Setting`; several paths are several ways to write the same (SM 4: legacy forms).
 */
export interface ChildRule<out T> {
  readonly how: 'list' | 'single' | 'present';
  readonly paths: Readonly<Record<string, ElementRule<unknown> | (() => ElementRule<unknown>)>>;
  /** always: at least one; inContainer: at least one where the container is written; never: may be missing. */
  readonly needed: 'always' | 'inContainer' | 'never';
  readonly gives?: T;
}

type Gives<R> = R extends ElementRule<infer T> ? T : R extends () => ElementRule<infer T> ? T : never;
type Paths = Readonly<Record<string, ElementRule<unknown> | (() => ElementRule<unknown>)>>;
type AttributeValues<A> = { readonly [K in keyof A]: A[K] extends AttributeRule<infer T> ? T : never };
type ChildValues<C> = { readonly [K in keyof C]: C[K] extends ChildRule<infer T> ? T : never };
type ElementValue<A, C> = AttributeValues<A> & ChildValues<C> & { readonly at: SourcePlace };

type Attributes = Readonly<Record<string, AttributeRule<unknown>>>;
type Children = Readonly<Record<string, ChildRule<unknown>>>;

export function element<A extends Attributes, C extends Children>(attributes: A, children: C): ElementRule<ElementValue<A, C>> {
  return { attributes, children };
}

/** An element whose kind is kept with it, because it stands in a list or place together with others. */
export function elementOfKind<const K extends string, A extends Attributes, C extends Children>(
  kind: K,
  attributes: A,
  children: C,
): ElementRule<ElementValue<A, C> & { readonly kind: K }> {
  return { attributes, children, kind };
}

/** Any number of elements. */
export function list<P extends Paths>(paths: P, needed: ChildRule<unknown>['needed'] = 'never'): ChildRule<readonly Gives<P[keyof P]>[]> {
  return { how: 'list', paths, needed };
}

/** One element or none. */
export function atMostOne<P extends Paths>(paths: P, needed: 'inContainer' | 'never' = 'never'): ChildRule<Gives<P[keyof P]> | undefined> {
  return { how: 'single', paths, needed };
}

/** Exactly one element. */
export function exactlyOne<P extends Paths>(paths: P): ChildRule<Gives<P[keyof P]>> {
  return { how: 'single', paths, needed: 'always' };
}

/** Whether a container is written at all, empty or not. */
export function present(container: string): ChildRule<boolean> {
  return { how: 'present', paths: { [container]: element({}, {}) }, needed: 'never' };
}
