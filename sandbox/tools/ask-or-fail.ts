import type { DoorAnswer } from '../../contracts/vm-door.ts';
import type { DoorQuestion } from '../door/ask-door.ts';
import type { ToolSurroundings } from './run-tool.ts';

/** RPC_S_SERVER_UNAVAILABLE (W). */
const unavailable = 1722;

/** Asks the VM; when nobody answers, that is what Windows says of a machine that cannot be reached. */
export async function askOrFail({ ask, note }: Pick<ToolSurroundings, 'ask' | 'note'>, question: DoorQuestion): Promise<DoorAnswer> {
  try {
    return await ask(question);
  } catch (error) {
    note(error instanceof Error ? error.message : String(error));
    return { done: false, call: 'OpenSCManager', code: unavailable };
  }
}
