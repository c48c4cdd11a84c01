import * as z from 'zod/mini';

/** What the process under a keeper tells it: what is to be cleaned when the process itself cannot do it any more. */
export const toKeeper = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('keeper.remove'),
    /** Absolute path of a file or a directory. */
    path: z.string().check(z.minLength(2), z.maxLength(4_096)),
  }),
  z.object({
    type: z.literal('keeper.end'),
    /** Variables that mark processes which may have got out of the keeper's sight. */
    marker: z.record(z.string().check(z.maxLength(200)), z.string().check(z.maxLength(1_000))),
  }),
]);
