/** Both count from 1; columns in characters. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Where an element stands. An attribute missing in `attributes` was not stated: it has its default, or none. */
export interface SourcePlace extends Position {
  readonly attributes: Readonly<Record<string, Position>>;
}

/** What has a place in one of the files. */
export interface FromSource {
  readonly at: SourcePlace;
}
