import { untilInitialized } from './initialized.ts';
import { type PluginProcess, say } from './plugin-process.ts';

/** The task `/blockStartup`: ends with 0 when the agent has initialised, with 1 when it could not; that is a failed startup task then. */
export async function blockStartup(agent: PluginProcess): Promise<void> {
  try {
    const { failed, text } = await untilInitialized(agent);
    say(`${agent.name} /blockStartup: ${text}`);
    process.exitCode = failed ? 1 : 0;
  } catch (error) {
    say(`${agent.name} /blockStartup: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}
