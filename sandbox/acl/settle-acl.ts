import type { AccessEntry, AclDocument, ProtectedPath } from './acl-document.ts';

/**
 * The lists of a drive with what the guest agent sets on its paths. It says what its own accounts may do; what others have granted stays,
 * on these paths and on all others.
 *
 * @param before as they were, undefined on a new drive
 * @param set what the agent sets
 * @param exists of a path below the drive; a list goes with its file
 */
export function settleAcl(
  before: AclDocument | undefined,
  set: readonly ProtectedPath[],
  exists: (path: string) => boolean = () => true,
): AclDocument {
  const left = (before?.paths ?? []).filter(({ path }) => exists(path));
  const merged = set.map((own) => mergedWith(own, left.find(isOf(own.path))));
  return { paths: [...merged, ...left.filter(({ path }) => !set.some(isOf(path)))] };
}

function mergedWith(own: ProtectedPath, before: ProtectedPath | undefined): ProtectedPath {
  if (before === undefined) return own;
  const others = before.entries.filter((entry) => !own.entries.some((granted) => isAbout(granted, entry)));
  return { ...before, path: own.path, entries: [...own.entries, ...others] };
}

/** One account has one entry of a kind (icacls: `/grant` merges). */
function isAbout(one: AccessEntry, other: AccessEntry): boolean {
  return one.sid === other.sid && one.type === other.type;
}

/** Names are the same in any case (W). */
function isOf(path: string): (other: ProtectedPath) => boolean {
  const wanted = path.toLowerCase();
  return (other) => other.path.toLowerCase() === wanted;
}
