/** The one part of winston that played processes bundle: without its console, file and http transports. */
declare module 'winston/lib/winston/create-logger.js' {
  import type { createLogger } from 'winston';

  const create: typeof createLogger;
  export = create;
}
