import type { FeedItem } from '../../contracts/control-api.ts';

/** Without its time, which the feed adds. */
export type FeedEntry = FeedItem extends infer Item ? (Item extends FeedItem ? Omit<Item, 'at'> : never) : never;

/** Where everything that happens in the emulator is told, and whoever wants to know listens. */
export interface Feed {
  tell(entry: FeedEntry): void;
  follow(listener: (item: FeedItem) => void): () => void;
}

export function createFeed(): Feed {
  const listeners = new Set<(item: FeedItem) => void>();
  return {
    tell: (entry) => {
      const item = { ...entry, at: new Date().toISOString() } as FeedItem;
      for (const listener of [...listeners]) listener(item);
    },
    follow: (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}
