import { type PlannedDrive, type PlannedFile, plannedFilesListed } from '../../../contracts/event-plan.ts';

/** One file's fate. */
export type FileFate = Omit<PlannedFile, 'becomes'> & { readonly becomes: PlannedFile['becomes'] | 'stays' | 'comes again' };

type Counted = Pick<PlannedDrive, 'stay' | 'comeAgain' | 'files' | 'filesChanged' | 'patchesThatStay'>;

export interface DriveTally {
  count(fate: FileFate): void;
  result(): Counted;
}

/**
 * Counts what becomes of files and names those that change, as many as fit: patched ones first, since somebody may count on them, and
 * last what the platform writes, which nobody misses.
 *
 * @param isPlatforms of a drive path, whether the platform writes it
 */
export function driveTally(isPlatforms: (file: string) => boolean): DriveTally {
  const ranks: [PlannedFile[], PlannedFile[], PlannedFile[]] = [[], [], []];
  const patchesThatStay: string[] = [];
  const counts = { stay: 0, comeAgain: 0, filesChanged: 0 };
  return {
    count: ({ file, patched, becomes }) => {
      if (becomes === 'stays') {
        counts.stay += 1;
        if (patched) patchesThatStay.push(file);
      } else if (becomes === 'comes again') {
        counts.comeAgain += 1;
      } else {
        counts.filesChanged += 1;
        const platform = isPlatforms(file);
        const rank = ranks[patched ? 0 : platform ? 2 : 1];
        if (rank.length < plannedFilesListed) rank.push({ file, becomes, patched, ...(platform ? { platform } : {}) });
      }
    },
    result: () => ({
      ...counts,
      files: ranks.flatMap((rank) => rank.sort(byName)).slice(0, plannedFilesListed),
      patchesThatStay: patchesThatStay.sort(),
    }),
  };
}

function byName(a: PlannedFile, b: PlannedFile): number {
  return a.file < b.file ? -1 : 1;
}
