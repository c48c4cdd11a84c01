import type { ServerResponse } from 'node:http';
import type { Emulator, FeedItem } from '../contracts/control-api.ts';

/** A reader that lets so much pile up has stopped reading; it is cut off rather than kept in memory. */
const mostBufferedBytes = 16 * 1_024 * 1_024;

/**
 * Streams the emulator's story to one reader as JSON lines: first the status of each instance as it is now, then each item as it comes.
 *
 * @returns ends the stream after what was written has left; resolves when it has, or when the reader is gone
 */
export function streamFeed(emulator: Emulator, response: ServerResponse): () => Promise<void> {
  response.writeHead(200, { 'content-type': 'application/x-ndjson', 'cache-control': 'no-store' });
  const write = (item: FeedItem) => {
    if (response.destroyed || response.writableEnded) return;
    response.write(`${JSON.stringify(item)}\n`);
    if (response.writableLength > mostBufferedBytes) response.destroy();
  };
  const at = new Date().toISOString();
  // Both in one turn of the event loop: nothing can happen between the picture and the first item after it.
  for (const instance of emulator.status().instances) write({ type: 'status', at, instance });
  const unfollow = emulator.follow(write);
  response.once('close', unfollow);
  return () => endOf(response, unfollow);
}

function endOf(response: ServerResponse, unfollow: () => void): Promise<void> {
  unfollow();
  return new Promise((resolve) => {
    if (response.destroyed) return resolve();
    response.once('close', resolve);
    response.end();
  });
}
